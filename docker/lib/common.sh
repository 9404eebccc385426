# shellcheck shell=bash
# What extensions and the extension manager share. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}
# For what was asked wrongly, or configured wrongly.
refuse() {
  printf 'error: %s\n' "$*" >&2
  exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# Succeeds when a command does and prints the text. (In `COMMAND | grep -q TEXT` the command may end
# with a broken pipe.)
prints() { # TEXT COMMAND...
  local text=$1 output
  shift
  output=$("$@") && [[ $output == *"$text"* ]]
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi
}
