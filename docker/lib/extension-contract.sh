# shellcheck shell=bash
# What an extension is, and how one is read. Sourced by the extension manager after common.sh.
#
# An extension is a file extensions.d/NAME/NAME.extension. It assigns
#   EXT_NAME, EXT_VERSION, EXT_DESCRIPTION, EXT_CATEGORY    text
#   EXT_REQUIRES                                            names of extensions, separated by spaces
# and defines
#   extension_install     installs; may be run again
#   extension_validate    succeeds when what was installed works
#   extension_uninstall   removes what extension_install brought, also a half of it
# and, where they help,
#   extension_status      prints the versions of what is installed, one a line
# Reading the file must change nothing. Each function runs in a shell of its own, which stops at
# the first command that fails.

: "${library:?}" "${extensions:?}"

EXTENSION_FUNCTIONS=(extension_install extension_validate extension_uninstall)

# A name is used in paths: nothing but letters, digits and dashes gets through.
require_name() {
  [[ $1 =~ ^[a-z0-9][a-z0-9-]*$ ]] || die "not a name of an extension: $(printf '%q' "$1")"
}

extension_file() { printf '%s/%s/%s.extension' "$extensions" "$1" "$1"; }

require_extension() {
  require_name "$1"
  [ -r "$(extension_file "$1")" ] || die "there is no extension $1 (extension-manager list)"
}

extension_names() {
  local file name
  for file in "$extensions"/*/*.extension; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .extension)
    [ "$(basename "$(dirname "$file")")" != "$name" ] || printf '%s\n' "$name"
  done
}

# Reads an extension into the present shell. Run it in a subshell.
load_extension() {
  EXT_NAME='' EXT_VERSION='' EXT_DESCRIPTION='' EXT_CATEGORY='' EXT_REQUIRES=''
  # shellcheck source=/dev/null
  . "$(extension_file "$1")"
}

# One field of an extension: extension_field NAME EXT_VERSION
extension_field() {
  (
    load_extension "$1"
    printf '%s' "${!2}"
  )
}

# Runs one function of an extension, if it has it, in a shell of its own: `set -e` then holds
# inside it however the caller tests the result.
run_extension() { # NAME FUNCTION
  bash -euo pipefail -c '
    . "$1/common.sh"
    . "$2"
    if declare -F "$3" >/dev/null; then "$3"; fi
  ' "$1" "$library" "$(extension_file "$1")" "$2"
}

# Prints what an extension lacks to fulfil the contract; nothing when it lacks nothing.
contract_violations() (
  load_extension "$1" || {
    echo "it cannot be read"
    exit 0
  }
  [ "$EXT_NAME" = "$1" ] || echo "EXT_NAME is '$EXT_NAME'"
  [[ $EXT_VERSION =~ ^[0-9]+(\.[0-9]+)*$ ]] || echo "EXT_VERSION is '$EXT_VERSION'"
  [ -n "$EXT_DESCRIPTION" ] || echo "EXT_DESCRIPTION is missing"
  [ -n "$EXT_CATEGORY" ] || echo "EXT_CATEGORY is missing"
  for required in $EXT_REQUIRES; do
    [ -r "$(extension_file "$required")" ] || echo "it requires $required, which is not there"
  done
  for function in "${EXTENSION_FUNCTIONS[@]}"; do
    declare -F "$function" >/dev/null || echo "$function is not defined"
  done
)

# Prints an extension and everything it requires, each after what it requires itself.
# Fails, naming the way round, when the requirements go in a circle.
declare -A order_state=()
install_order() { # NAME [WAY]
  local name=$1 way=${2:+$2 -> }$1 required
  case ${order_state[$name]:-} in
    ordered) return 0 ;;
    open) die "extensions require each other in a circle: $way" ;;
  esac
  require_extension "$name"
  order_state[$name]=open
  for required in $(extension_field "$name" EXT_REQUIRES); do
    install_order "$required" "$way"
  done
  order_state[$name]=ordered
  printf '%s\n' "$name"
}
