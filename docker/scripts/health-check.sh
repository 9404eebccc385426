#!/usr/bin/env bash
# Succeeds when the container is fit for work; says on standard error what is wrong with it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

library=${SINDRI_LIBRARY:-$here/../lib}
workspace=${WORKSPACE:-/workspace}
port=${SSH_PORT:-22}
failures=0

fail() {
  printf 'health-check: %s\n' "$*" >&2
  failures=$((failures + 1))
}

ssh_answers() {
  local banner
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  IFS= read -r -t 2 banner <&3 || return 1
  exec 3>&-
  [[ $banner == SSH-2.0-* ]]
}

# Every extension is read, none is run: one that cannot be parsed would break the manager.
extensions_parse() {
  local file
  for file in "$library"/*.sh "$library"/extensions.d/*/*.extension; do
    [ -e "$file" ] || continue
    bash -n "$file" || return 1
  done
}

ssh_answers 2>/dev/null || fail "no SSH daemon answers on port $port"
[ -d "$workspace" ] || fail "$workspace is missing"
extensions_parse || fail "a script in $library cannot be parsed"
[ "$failures" -eq 0 ]
