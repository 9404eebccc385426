# shellcheck shell=bash
# Messages of the scripts: what is being done goes to standard error, so that a script's own
# output stays clean. Sourced, never run.

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
warn() { printf '%s: warning: %s\n' "${0##*/}" "$*" >&2; }
die() {
  printf '%s: error: %s\n' "${0##*/}" "$*" >&2
  exit 1
}
