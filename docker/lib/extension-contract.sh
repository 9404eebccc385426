# shellcheck shell=bash
# What an extension is, and how one is read. Sourced by the extension manager after common.sh.
# docs/extensions.md is the reference; extensions.d/template is one to start from.
#
# An extension is a file extensions.d/NAME/NAME.extension. It assigns
#   EXT_NAME, EXT_VERSION, EXT_DESCRIPTION, EXT_CATEGORY    text
#   EXT_REQUIRES                                            names of extensions, separated by spaces
# and defines
#   extension_install     installs; may be run again
#   extension_validate    succeeds when what was installed works
#   extension_status      prints the versions of what is installed, one a line
#   extension_uninstall   removes what extension_install brought, also a half of it
# and, where running extension_install again does not bring newer versions,
#   extension_upgrade     brings what is installed up to date
# Reading the file must change nothing and print nothing. Each function runs in a shell of its own,
# in the root folder, and stops at the first command that fails. It has the functions of $helpers,
# $EXT_FOLDER, where its file is, and $EXT_SCRATCH, a folder that is removed at its end.

: "${library:?}" "${extensions:?}" "${state:?}"

EXTENSION_FUNCTIONS=(extension_install extension_validate extension_status extension_uninstall)
EXTENSION_CATEGORIES=(language tools infrastructure ai desktop)
helpers=(common registry-retry system-packages tools home-files)

# A name is used in paths: nothing but letters, digits and dashes gets through.
is_name() {
  local LC_ALL=C
  [[ $1 =~ ^[a-z0-9][a-z0-9-]*$ ]]
}

extension_file() { printf '%s/%s/%s.extension' "$extensions" "$1" "$1"; }

extension_names() {
  local file name
  for file in "$extensions"/*/*.extension; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .extension)
    [ "$(basename "$(dirname "$file")")" != "$name" ] || printf '%s\n' "$name"
  done
}

# The name of an extension that was probably meant: it starts so, or is at most two letters off.
nearest_name() {
  extension_names | awk -v wanted="$1" '
    function least(a, b) { return a < b ? a : b }
    function distance(a, b,    i, j, row, above, corner, changed) {
      for (j = 0; j <= length(b); j++) row[j] = j
      for (i = 1; i <= length(a); i++) {
        corner = row[0]; row[0] = i
        for (j = 1; j <= length(b); j++) {
          above = row[j]
          changed = substr(a, i, 1) != substr(b, j, 1)
          row[j] = least(corner + changed, least(above, row[j - 1]) + 1)
          corner = above
        }
      }
      return row[length(b)]
    }
    BEGIN { best = 3 }
    { d = index($0, wanted) == 1 ? 1 : distance(wanted, $0); if (d < best) { best = d; name = $0 } }
    END { print name }'
}

# Says what is wrong with a name of an extension; nothing when there is such an extension.
name_fault() {
  local near
  if ! is_name "$1"; then
    printf 'not a name of an extension: %q' "$1"
  elif [ ! -r "$(extension_file "$1")" ]; then
    near=$(nearest_name "$1")
    [ -z "$near" ] || near="; did you mean $near?"
    printf 'there is no extension %s%s' "$1" "${near:- (extension-manager list)}"
  fi
}

require_extension() {
  local fault
  fault=$(name_fault "$1")
  [ -z "$fault" ] || refuse "$fault"
}

# Reads an extension into the present shell. Run it in a subshell.
load_extension() {
  EXT_NAME='' EXT_VERSION='' EXT_DESCRIPTION='' EXT_CATEGORY='' EXT_REQUIRES=''
  # shellcheck disable=SC2034 # extensions use it
  EXT_FOLDER=$extensions/$1
  # shellcheck source=/dev/null
  . "$(extension_file "$1")"
}

# One field of an extension: extension_field NAME EXT_VERSION
extension_field() {
  (
    load_extension "$1" >/dev/null 2>&1 || exit
    printf '%s' "${!2}"
  )
}

# Runs one function of an extension, if it has it, in a shell of its own: `set -e` then holds
# inside it however the caller tests the result. A lock that the caller holds is not passed on to
# what the function may leave running.
run_extension() { # NAME FUNCTION
  local name=$1 files=()
  for helper in "${helpers[@]}"; do files+=("$library/$helper.sh"); done
  # shellcheck disable=SC2016
  PATH=$HOME/.local/bin:$PATH EXT_FOLDER=$extensions/$name SINDRI_RECORDS=$state/.records \
    SINDRI_AT_WORK=$name bash -euo pipefail -c '
    function=$1 lock=$2
    shift 2
    [ -z "$lock" ] || exec {lock}<&-
    cd /
    EXT_SCRATCH=$(mktemp -d)
    trap "rm -rf \"\$EXT_SCRATCH\"" EXIT
    for file in "$@"; do . "$file"; done
    if declare -F "$function" >/dev/null; then "$function"; fi
  ' "$name" "$2" "${lock:-}" "${files[@]}" "$(extension_file "$name")"
}

# Prints what an extension lacks to fulfil the contract; nothing when it lacks nothing.
contract_violations() (
  file=$(extension_file "$1")
  if ! fault=$(bash -n "$file" 2>&1); then
    printf '%s\n' "$fault"
    exit 0
  fi
  printed=$(load_extension "$1" 2>&1) || {
    printf 'it cannot be read%s\n' "${printed:+: $printed}"
    exit 0
  }
  [ -z "$printed" ] || printf 'reading it prints: %s\n' "$printed"
  load_extension "$1" >/dev/null 2>&1
  [ "$EXT_NAME" = "$1" ] || echo "EXT_NAME is '$EXT_NAME'"
  [[ $EXT_VERSION =~ ^[0-9]+(\.[0-9]+)*$ ]] || echo "EXT_VERSION is '$EXT_VERSION'"
  [ -n "$EXT_DESCRIPTION" ] || echo "EXT_DESCRIPTION is missing"
  [[ " ${EXTENSION_CATEGORIES[*]} " == *" $EXT_CATEGORY "* && -n $EXT_CATEGORY ]] ||
    echo "EXT_CATEGORY is '$EXT_CATEGORY', and not one of: ${EXTENSION_CATEGORIES[*]}"
  for required in $EXT_REQUIRES; do
    fault=$(name_fault "$required")
    [ -z "$fault" ] || printf 'EXT_REQUIRES: %s\n' "$fault"
  done
  for function in "${EXTENSION_FUNCTIONS[@]}"; do
    declare -F "$function" >/dev/null || echo "$function is not defined"
  done
  fault=$(install_order "$1" 2>&1 >/dev/null) || [[ $fault != *circle* ]] || printf '%s\n' "$fault"
)

# Prints an extension and everything it requires, each after what it requires itself.
# Fails, naming the way round, when the requirements go in a circle.
declare -A order_state=()
install_order() { # NAME [WAY]
  local name=$1 way=${2:+$2 -> }$1 required requires fault
  case ${order_state[$name]:-} in
    ordered) return 0 ;;
    open) refuse "extensions require each other in a circle: $way" ;;
  esac
  fault=$(name_fault "$name")
  [ -z "$fault" ] || refuse "$fault${2:+ (required by ${2##* })}"
  order_state[$name]=open
  requires=$(extension_field "$name" EXT_REQUIRES) ||
    refuse "the extension $name cannot be read (extension-manager check $name)"
  for required in $requires; do install_order "$required" "$way"; done
  order_state[$name]=ordered
  printf '%s\n' "$name"
}
