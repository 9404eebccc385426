# shellcheck shell=bash
# System packages for extensions. Sourced, never run; $EXT_NAME is the extension at work.
#
#   install_packages PACKAGE[|PACKAGE]...   installs what is missing; of alternatives, the first
#                                           that this system has
#   remove_packages                         removes what install_packages brought for this extension
#
# What was there before stays, and so does what another extension, or any other package, needs:
#   $SINDRI_RECORDS/packages/NAME      what the extension needs
#   $SINDRI_RECORDS/packages.brought   what was not there before an extension needed it, with all
#                                      that came along
#   $SINDRI_RECORDS/packages.before    what is there when an installation begins

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

# Adds to what was brought what a finished, or broken off, installation has added.
settle_packages() {
  local before=$SINDRI_RECORDS/packages.before new=()
  [ -e "$before" ] || return 0
  mapfile -t new < <(packages_there | comm -13 "$before" -)
  [ ${#new[@]} -eq 0 ] || add_lines "$SINDRI_RECORDS/packages.brought" "${new[@]}" || return
  rm -f "$before"
}

# Packages of which at least a part is there.
packages_there() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
    awk '$1 != "not-installed" && $1 != "config-files" { print $2 }' | sort -u
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

  settle_packages || return
  lists_before=$(find /var/lib/apt/lists -name '*_Packages*' -print -quit 2>/dev/null) || true
  run_apt update || return
  for wanted in "${missing[@]}"; do
    if ! name=$(choose_package available "$wanted"); then
      printf 'error: the package sources of this system have no %s\n' "${wanted//|/, }" >&2
      return 1
    fi
    names+=("$name")
    add_lines "$SINDRI_RECORDS/packages/$EXT_NAME" "$name" || return
  done
  packages_there >"$SINDRI_RECORDS/packages.part" || return
  mv "$SINDRI_RECORDS/packages.part" "$SINDRI_RECORDS/packages.before" || return
  # An earlier run may have been cut off in the middle of dpkg.
  as_root dpkg --configure -a || true
  run_apt install -y --no-install-recommends "${names[@]}" || return
  settle_packages || return
  [ -n "$lists_before" ] || as_root rm -rf /var/lib/apt/lists
}

remove_packages() {
  local claims=$SINDRI_RECORDS/packages brought=$SINDRI_RECORDS/packages.brought
  local name there ours=() unneeded=() go=()
  [ -e "$claims/$EXT_NAME" ] || return 0
  settle_packages || return
  there=$(packages_there) || return
  mapfile -t ours <"$claims/$EXT_NAME"
  for name in "${ours[@]}"; do
    grep -qxF -- "$name" "$brought" 2>/dev/null || continue
    [ "$(grep -lxF -- "$name" "$claims"/*)" = "$claims/$EXT_NAME" ] || continue
    ! grep -qxF -- "$name" <<<"$there" || unneeded+=("$name")
  done
  if [ ${#unneeded[@]} -gt 0 ]; then
    as_root dpkg --configure -a || true
    # As if they had come for the sake of others: what no other package then depends on, and was
    # brought, goes.
    as_root apt-mark auto "${unneeded[@]}" >/dev/null || return
    mapfile -t go < <(unneeded_packages | sort -u | comm -12 "$brought" -)
    [ ${#go[@]} -eq 0 ] || run_apt purge -y "${go[@]}" || return
    packages_there | comm -12 "$brought" - >"$brought.part" || return
    mv "$brought.part" "$brought" || return
  fi
  rm -f "$claims/$EXT_NAME"
}

# Packages that came for the sake of others and that nothing depends on. That another package
# recommends or suggests one is no reason: it did without before.
unneeded_packages() {
  run_apt --simulate -o APT::AutoRemove::RecommendsImportant=false \
    -o APT::AutoRemove::SuggestsImportant=false autoremove |
    awk '$1 == "Remv" || $1 == "Purg" { print $2 }'
}
