# shellcheck shell=bash
# System packages for extensions. Sourced, never run; $EXT_NAME is the extension at work.
#
#   install_packages PACKAGE[|PACKAGE]...   installs what is missing; of alternatives, the first
#                                           that this system has
#   remove_packages                         removes what install_packages brought for this extension
#
# What was there before stays, and so does what another extension, or any other package, needs:
#   $SINDRI_RECORDS/packages/NAME      what the extension needs
#   $SINDRI_RECORDS/packages.brought   what was not there before an extension needed it

apt_options=(-qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o APT::Update::Error-Mode=any)

package_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The first of the alternatives that is installed, or that the package sources have.
choose_package() { # installed|available PACKAGE|PACKAGE...
  local choice choices
  IFS='|' read -ra choices <<<"$2"
  for choice in "${choices[@]}"; do
    case $1 in
      installed) ! package_installed "$choice" || break ;;
      available) [ -z "$(apt-cache madison "$choice")" ] || break ;;
    esac
    choice=
  done
  [ -n "$choice" ] && printf '%s' "$choice"
}

add_lines() { # FILE LINE...
  local file=$1
  shift
  mkdir -p "${file%/*}" && touch "$file" || return
  printf '%s\n' "$@" | sort -u - "$file" -o "$file"
}

run_apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" "$@"; }

install_packages() {
  local wanted name present=() missing=() names=() lists_before
  for wanted in "$@"; do
    name=$(choose_package installed "$wanted") || missing+=("$wanted")
    [ -z "$name" ] || present+=("$name")
  done
  if [ ${#present[@]} -gt 0 ]; then
    add_lines "$SINDRI_RECORDS/packages/$EXT_NAME" "${present[@]}" || return
  fi
  # An upgrade looks at what extensions brought; the rest is the image's.
  if [ -n "${SINDRI_UPGRADE:-}" ] && [ -e "$SINDRI_RECORDS/packages.brought" ]; then
    for name in "${present[@]}"; do
      ! grep -qxF -- "$name" "$SINDRI_RECORDS/packages.brought" || names+=("$name")
    done
  fi
  [ $((${#missing[@]} + ${#names[@]})) -gt 0 ] || return 0

  lists_before=$(find /var/lib/apt/lists -name '*_Packages*' -print -quit 2>/dev/null) || true
  run_apt update || return
  for wanted in "${missing[@]}"; do
    if ! name=$(choose_package available "$wanted"); then
      printf 'error: the package sources of this system have no %s\n' "${wanted//|/, }" >&2
      return 1
    fi
    names+=("$name")
    add_lines "$SINDRI_RECORDS/packages/$EXT_NAME" "$name" || return
    add_lines "$SINDRI_RECORDS/packages.brought" "$name" || return
  done
  # An earlier run may have been cut off in the middle of dpkg.
  as_root dpkg --configure -a || true
  run_apt install -y --no-install-recommends "${names[@]}" || return
  [ -n "$lists_before" ] || as_root rm -rf /var/lib/apt/lists
}

remove_packages() {
  local claims=$SINDRI_RECORDS/packages brought=$SINDRI_RECORDS/packages.brought name ours=() go=()
  [ -e "$claims/$EXT_NAME" ] || return 0
  mapfile -t ours <"$claims/$EXT_NAME"
  for name in "${ours[@]}"; do
    grep -qxF -- "$name" "$brought" 2>/dev/null || continue
    [ "$(grep -lxF -- "$name" "$claims"/*)" = "$claims/$EXT_NAME" ] || continue
    go+=("$name")
  done
  if [ ${#go[@]} -gt 0 ]; then
    as_root dpkg --configure -a || true
    # As if it had come for the sake of others: what nothing else needs is then removed.
    local here=()
    for name in "${go[@]}"; do
      ! dpkg-query -W "$name" >/dev/null 2>&1 || here+=("$name")
    done
    if [ ${#here[@]} -gt 0 ]; then
      as_root apt-mark auto "${here[@]}" >/dev/null || return
      run_apt -o APT::AutoRemove::SuggestsImportant=false autoremove --purge -y || return
    fi
    printf '%s\n' "${go[@]}" | grep -vxFf - "$brought" >"$brought.part" || true
    mv "$brought.part" "$brought"
  fi
  rm -f "$claims/$EXT_NAME"
}
