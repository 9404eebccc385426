#!/usr/bin/env bash
# Installs and removes the extensions of a development container.
# Exit status: 0 done, 1 something failed or is missing, 2 asked or configured wrongly, 128 + the
# signal when it was interrupted.
set -euo pipefail

library=${SINDRI_LIBRARY:-$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")}
extensions=${SINDRI_EXTENSIONS:-$library/extensions.d}
state=${SINDRI_STATE:-/var/lib/sindri/extensions}

# shellcheck source=docker/lib/common.sh
. "$library/common.sh"
# shellcheck source=docker/lib/extension-contract.sh
. "$library/extension-contract.sh"
# shellcheck source=docker/lib/extension-state.sh
. "$library/extension-state.sh"

usage() {
  cat <<'TEXT'
usage: extension-manager COMMAND

  list                 every extension; * marks those installed, ! those half done
  info NAME            what an extension is and what it requires
  install NAME...      install, with everything required
  install-all [FILE]   install the active extensions
  validate [NAME...]   check what is installed: all of it, or these
  status [NAME...]     versions of what is installed
  upgrade [NAME...]    bring what is installed up to date: all of it, or these
  uninstall NAME...    remove
  check [NAME...]      check that extensions fulfil the contract; installs nothing

The active extensions are listed in FILE, or $SINDRI_ACTIVE_EXTENSIONS, or the workspace's
config/active-extensions.conf, or the image's: the first of these that there is.
TEXT
}

# Root works for the developer, whose home the tools go to and who may become root again.
become_developer() {
  local developer=${DEVELOPER_USER:-developer} home
  [ "$(id -u)" -eq 0 ] && [ "$developer" != root ] || return 0
  home=$(getent passwd "$developer" | cut -d: -f6) || return 0
  exec setpriv --reuid="$developer" --regid="$(id -g "$developer")" --init-groups \
    env HOME="$home" USER="$developer" LOGNAME="$developer" "${BASH_SOURCE[0]}" "$@"
}

list() {
  local name mark category description
  extension_names | while IFS= read -r name; do
    mark=' '
    if is_unfinished "$name"; then mark='!'; elif installed "$name"; then mark='*'; fi
    category=$(extension_field "$name" EXT_CATEGORY) || category=unknown
    description=$(extension_field "$name" EXT_DESCRIPTION) ||
      description="cannot be read (extension-manager check $name)"
    printf '%s %-25s %-15s %s\n' "$mark" "$name" "$category" "$description"
  done
}

info() {
  local other needed_by=()
  require_extension "$1"
  for other in $(extension_names); do
    [[ " $(extension_field "$other" EXT_REQUIRES || true) " != *" $1 "* ]] || needed_by+=("$other")
  done
  (
    load_extension "$1" || exit
    printf '%-13s %s\n' name: "$EXT_NAME" version: "$EXT_VERSION" description: "$EXT_DESCRIPTION" \
      category: "$EXT_CATEGORY" requires: "${EXT_REQUIRES:-nothing}"
  ) || die "the extension $1 cannot be read (extension-manager check $1)"
  printf '%-13s %s\n' "required by:" "${needed_by[*]:-nothing}"
  if is_unfinished "$1"; then
    printf '%-13s %s\n' installed: "half; the next run that changes something removes it"
  elif installed "$1"; then
    printf '%-13s %s\n' installed: "version $(installed_version "$1")"
  else
    printf '%-13s %s\n' installed: no
  fi
}

# Prints the named extensions, and what they require, in the order of installation, each once.
ordered() { # NAME...
  local name order
  order=$(for name in "$@"; do install_order "$name"; done) || exit
  awk '!seen[$0]++' <<<"$order"
}

# Installs an extension and what it requires and is not there; all of that, or nothing of it.
install_unit() { # NAME
  local name version order
  if installed "$1"; then
    version=$(extension_field "$1" EXT_VERSION)
    say "$1 $(installed_version "$1") is installed"
    [ "$(installed_version "$1")" = "$version" ] ||
      say "extension-manager upgrade $1 brings $version"
    return 0
  fi
  order=$(ordered "$1") || return
  for name in $order; do
    ! installed "$name" || continue
    version=$(extension_field "$name" EXT_VERSION)
    say "installing $name $version$([ "$name" = "$1" ] || printf ', which %s requires' "$1")"
    is_unfinished "$name" || printf '%s\n' "$name" >>"$unfinished"
    if ! {
      interruptible run_extension "$name" extension_install &&
        interruptible run_extension "$name" extension_validate &&
        record_installed "$name" "$version"
    }; then
      warn "$name could not be installed"
      roll_back || true
      return 1
    fi
  done
  finish
  say "installed $1 $(installed_version "$1")"
}

# Nothing is begun when a name is unknown. One that cannot be installed does not hold up the others.
install_named() {
  local name failed=()
  ordered "$@" >/dev/null
  take_lock
  for name in "$@"; do install_unit "$name" || failed+=("$name"); done
  [ ${#failed[@]} -eq 0 ] || die "not installed: ${failed[*]}"
}

# The file that lists the active extensions.
active_file() {
  local file=${SINDRI_ACTIVE_EXTENSIONS:-${WORKSPACE:-/workspace}/config/active-extensions.conf}
  if [ -n "${SINDRI_ACTIVE_EXTENSIONS:-}" ] || [ -e "$file" ]; then
    printf '%s' "$file"
  else
    printf '%s' "$library/../config/active-extensions.conf"
  fi
}

install_all() {
  local file=${1:-$(active_file)} line name fault number=0 names=()
  if [ ! -r "$file" ] || [ -d "$file" ]; then
    refuse "there is no list of active extensions: $file"
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    name=${line%%#*}
    name=${name#"${name%%[![:space:]]*}"}
    name=${name%"${name##*[![:space:]]}"}
    [ -n "$name" ] || continue
    fault=$(name_fault "$name")
    [ -z "$fault" ] || refuse "$file:$number: $fault"
    names+=("$name")
  done <"$file"
  [ ${#names[@]} -gt 0 ] || refuse "no extension is active in $file"
  install_named "${names[@]}"
}

# Runs a function of each named extension, or of each installed one, and counts what failed.
for_each() { # FUNCTION NAME...
  local function=$1 name output status failures=0 names=()
  shift
  for name in "$@"; do require_extension "$name"; done
  [ $# -gt 0 ] || mapfile -t names < <(installed_names)
  for name in "$@" "${names[@]}"; do
    if ! installed "$name"; then
      printf '%-25s not installed\n' "$name"
      failures=$((failures + 1))
      continue
    fi
    status=0
    output=$(run_extension "$name" "$function" 2>&1 </dev/null) || status=$?
    if [ "$status" -eq 0 ]; then
      printf '%-25s ok\n' "$name"
    else
      printf '%-25s FAILED (status %d)\n' "$name" "$status"
      failures=$((failures + 1))
    fi
    [ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/    /'
  done
  [ "$failures" -eq 0 ]
}

# Brings an installed extension to what its file says. One that fails keeps its recorded version,
# so that the next upgrade tries again.
upgrade_one() { # NAME
  local name=$1 function=extension_upgrade before version required
  before=$(installed_version "$name")
  version=$(extension_field "$name" EXT_VERSION)
  for required in $(extension_field "$name" EXT_REQUIRES); do
    installed "$required" || install_unit "$required" || return
  done
  (load_extension "$name" && declare -F "$function") >/dev/null 2>&1 || function=extension_install
  if interruptible run_extension "$name" "$function" &&
    interruptible run_extension "$name" extension_validate; then
    record_installed "$name" "$version"
    say "$name $version is up to date$([ "$before" = "$version" ] || printf ' (was %s)' "$before")"
  else
    warn "$name could not be brought from $before to $version; if it no longer works (validate), \
remove it and install it again"
    return 1
  fi
}

upgrade() {
  local name names=() failed=() order
  if [ $# -eq 0 ]; then
    mapfile -t names < <(installed_names)
    [ ${#names[@]} -gt 0 ] || {
      say "no extension is installed"
      return 0
    }
    set -- "${names[@]}"
  fi
  order=$(ordered "$@")
  for name in "$@"; do installed "$name" || die "$name is not installed"; done
  take_lock
  export SINDRI_UPGRADE=1
  for name in $order; do
    [[ " $* " != *" $name "* ]] || upgrade_one "$name" || failed+=("$name")
  done
  [ ${#failed[@]} -eq 0 ] || die "not upgraded: ${failed[*]}"
}

# Removes extensions, those that require others first.
uninstall() {
  local name other required order
  order=$(ordered "$@" | tac)
  take_lock
  for name in "$@"; do
    for other in $(installed_names); do
      for required in $(extension_field "$other" EXT_REQUIRES); do
        [ "$required" != "$name" ] || [[ " $* " == *" $other "* ]] ||
          die "$name is required by $other, which is installed"
      done
    done
  done
  for name in $order; do
    [[ " $* " == *" $name "* ]] || continue
    if ! installed "$name"; then
      say "$name is not installed"
      continue
    fi
    interruptible run_extension "$name" extension_uninstall ||
      die "$name could not all be removed; it still counts as installed"
    rm -f "$state/$name"
    say "removed $name"
  done
}

check() {
  local name violations failures=0 names=()
  for name in "$@"; do require_extension "$name"; done
  [ $# -gt 0 ] || mapfile -t names < <(extension_names)
  for name in "$@" "${names[@]}"; do
    violations=$(contract_violations "$name")
    if [ -z "$violations" ]; then
      printf '%-25s ok\n' "$name"
    else
      printf '%-25s FAILED\n%s\n' "$name" "$(printf '%s\n' "$violations" | sed 's/^/    /')"
      failures=$((failures + 1))
    fi
  done
  [ "$failures" -eq 0 ]
}

# Refuses a number of names that the command does not take.
need() { # LEAST MOST COUNT
  if [ "$3" -lt "$1" ] || [ "$3" -gt "$2" ]; then
    usage >&2
    exit 2
  fi
}

become_developer "$@"
command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  list)
    need 0 0 $#
    list
    ;;
  info)
    need 1 1 $#
    info "$1"
    ;;
  install)
    need 1 1000 $#
    install_named "$@"
    ;;
  install-all)
    need 0 1 $#
    install_all "$@"
    ;;
  validate) for_each extension_validate "$@" ;;
  status) for_each extension_status "$@" ;;
  upgrade) upgrade "$@" ;;
  uninstall)
    need 1 1000 $#
    uninstall "$@"
    ;;
  check) check "$@" ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
