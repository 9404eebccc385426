#!/usr/bin/env bash
# Installs and removes the extensions of a development container.
set -euo pipefail

library=${SINDRI_LIBRARY:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")}
extensions=${SINDRI_EXTENSIONS:-$library/extensions.d}
# One file for each installed extension, holding its version.
state=${SINDRI_STATE:-/var/lib/sindri/extensions}
active=${SINDRI_ACTIVE_EXTENSIONS:-$library/../config/active-extensions.conf}

# shellcheck source=docker/lib/common.sh
. "$library/common.sh"
# shellcheck source=docker/lib/extension-contract.sh
. "$library/extension-contract.sh"

usage() {
  cat <<'TEXT'
usage: extension-manager COMMAND

  list                 every extension, and whether it is installed
  info NAME            what an extension is and what it requires
  install NAME...      install, with everything required
  install-all          install the active extensions (config/active-extensions.conf)
  validate [NAME...]   check what is installed: all of it, or these
  status [NAME...]     versions of what is installed
  uninstall NAME...    remove
  check [NAME...]      check that extensions fulfil the contract; installs nothing
TEXT
}

installed() { [ -e "$state/$1" ]; }

installed_names() {
  local name
  extension_names | while IFS= read -r name; do
    if installed "$name"; then printf '%s\n' "$name"; fi
  done
}

list() {
  local name mark
  extension_names | while IFS= read -r name; do
    mark=' '
    if installed "$name"; then mark='*'; fi
    printf '%s %-24s %-16s %s\n' "$mark" "$name" \
      "$(extension_field "$name" EXT_CATEGORY)" "$(extension_field "$name" EXT_DESCRIPTION)"
  done
}

info() {
  require_extension "$1"
  (
    load_extension "$1"
    printf 'name:        %s\nversion:     %s\ndescription: %s\ncategory:    %s\nrequires:    %s\n' \
      "$EXT_NAME" "$EXT_VERSION" "$EXT_DESCRIPTION" "$EXT_CATEGORY" "${EXT_REQUIRES:-nothing}"
  )
  if installed "$1"; then
    printf 'installed:   version %s\n' "$(<"$state/$1")"
  else
    printf 'installed:   no\n'
  fi
}

# Installs one extension whose requirements are there. A failed one is removed again, so that
# nothing stays half done.
install_one() {
  local name=$1 version
  version=$(extension_field "$name" EXT_VERSION)
  if installed "$name" && [ "$(<"$state/$name")" = "$version" ]; then
    say "$name $version is installed"
    return 0
  fi
  say "installing $name $version"
  if ! { run_extension "$name" extension_install && run_extension "$name" extension_validate; }; then
    rm -f "$state/$name"
    run_extension "$name" extension_uninstall ||
      die "$name was not installed, and what it had done could not all be removed"
    die "$name was not installed; what it had done was removed"
  fi
  mkdir -p "$state"
  printf '%s\n' "$version" >"$state/$name.part"
  mv "$state/$name.part" "$state/$name"
  say "installed $name $version"
}

install_named() {
  local name order
  for name in "$@"; do require_extension "$name"; done
  order=$(for name in "$@"; do install_order "$name"; done)
  while IFS= read -r name; do
    [ -z "$name" ] || install_one "$name" </dev/null
  done < <(printf '%s\n' "$order" | awk '!seen[$0]++')
}

install_all() {
  local names=()
  [ -r "$active" ] || die "there is no list of active extensions: $active"
  mapfile -t names < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$active")
  [ ${#names[@]} -gt 0 ] || die "no extension is active in $active"
  install_named "${names[@]}"
}

# Runs a function of each named extension, or of each installed one, and counts what failed.
for_each() { # FUNCTION NAME...
  local function=$1 name output status failures=0
  shift
  [ $# -gt 0 ] || {
    local names
    mapfile -t names < <(installed_names)
    set -- "${names[@]}"
  }
  for name in "$@"; do
    require_extension "$name"
    if ! installed "$name"; then
      printf '%-24s not installed\n' "$name"
      failures=$((failures + 1))
      continue
    fi
    status=0
    output=$(run_extension "$name" "$function" 2>&1 </dev/null) || status=$?
    if [ "$status" -eq 0 ]; then
      printf '%-24s ok\n' "$name"
    else
      printf '%-24s FAILED (status %d)\n' "$name" "$status"
      failures=$((failures + 1))
    fi
    [ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/    /'
  done
  [ "$failures" -eq 0 ]
}

uninstall() {
  local name other required
  for name in "$@"; do
    require_extension "$name"
    for other in $(installed_names); do
      for required in $(extension_field "$other" EXT_REQUIRES); do
        [ "$required" != "$name" ] || [[ " $* " == *" $other "* ]] ||
          die "$name is required by $other, which is installed"
      done
    done
  done
  for name in "$@"; do
    if ! installed "$name"; then
      say "$name is not installed"
      continue
    fi
    run_extension "$name" extension_uninstall
    rm -f "$state/$name"
    say "removed $name"
  done
}

check() {
  local name violations failures=0
  [ $# -gt 0 ] || {
    local names
    mapfile -t names < <(extension_names)
    set -- "${names[@]}"
  }
  for name in "$@"; do
    require_extension "$name"
    violations=$(contract_violations "$name")
    if [ -z "$violations" ]; then
      printf '%-24s ok\n' "$name"
    else
      printf '%-24s FAILED\n%s\n' "$name" "$(printf '%s\n' "$violations" | sed 's/^/    /')"
      failures=$((failures + 1))
    fi
  done
  [ "$failures" -eq 0 ]
}

# Fails with the usage when fewer names than needed were given.
need() { # COUNT NAME...
  local count=$1
  shift
  [ $# -ge "$count" ] || {
    usage >&2
    exit 2
  }
}

command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  list) list ;;
  info)
    need 1 "$@"
    info "$1"
    ;;
  install)
    need 1 "$@"
    install_named "$@"
    ;;
  install-all) install_all ;;
  validate) for_each extension_validate "$@" ;;
  status) for_each extension_status "$@" ;;
  uninstall)
    need 1 "$@"
    uninstall "$@"
    ;;
  check) check "$@" ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
