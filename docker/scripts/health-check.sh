#!/usr/bin/env bash
# Succeeds when the container is fit for work; says on standard error what is wrong with it.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

library=${SINDRI_LIBRARY:-$here/../lib}
workspace=${WORKSPACE:-/workspace}
user=${DEVELOPER_USER:-developer}
port=${SSH_PORT:-22}
# Its time is that of the last check that found every script right.
stamp=${HEALTH_STAMP:-/run/sindri-scripts-checked}
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

# Root may write anywhere: it is the developer who must be able to.
workspace_writable() {
  if [ "$(id -u)" -ne 0 ]; then
    [ -w "$workspace" ]
  else
    setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups test -w "$workspace"
  fi
} 2>/dev/null

# Scripts are read, none is run: one that cannot be parsed would break the extension manager. Only
# what has changed since the last check is read, by the time that no program can set back.
scripts_parse() {
  local file since=() result=0
  [ -d "$library" ] || {
    fail "$library is missing"
    return
  }
  [ ! -e "$stamp" ] || since=(-cnewer "$stamp")
  : 2>/dev/null >"$stamp.part" || true
  while IFS= read -r -d '' file; do
    bash -n "$file" 2>/dev/null || {
      fail "$file cannot be parsed"
      result=1
    }
  done < <(find "$library" -type f \( -name '*.sh' -o -name '*.extension' \) "${since[@]}" -print0)
  if [ "$result" -eq 0 ] && [ -e "$stamp.part" ]; then mv -f "$stamp.part" "$stamp" || true; fi
}

ssh_answers 2>/dev/null || fail "no SSH daemon answers on port $port"
if [ ! -d "$workspace" ]; then
  fail "$workspace is missing"
elif ! workspace_writable; then
  fail "$user may not write to $workspace"
fi
scripts_parse
[ "$failures" -eq 0 ]
