#!/usr/bin/env bash
# Tests the installation of system packages with an apt-get that only writes down what it is asked.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

if ! command -v dpkg >/dev/null; then
  echo "SKIPPED: these tests need a Debian-family system (dpkg)" >&2
  finish
  exit
fi

# The first $FAILURES calls fail.
mkdir -p "$folder/bin"
cat >"$folder/bin/apt-get" <<'SCRIPT'
#!/bin/sh
echo "$*" >>"$LOG"
[ "$(wc -l <"$LOG")" -gt "$FAILURES" ] || exit 100
SCRIPT
printf '#!/bin/sh\nexit %s\n' "\$UNMOUNTED" >"$folder/bin/mountpoint"
chmod +x "$folder/bin"/*
export PATH=$folder/bin:$PATH LOG=$folder/log FAILURES=0 UNMOUNTED=1 \
  REGISTRY_RETRY_DELAY=0 REGISTRY_RETRY_ATTEMPTS=3 REGISTRY_SYSTEM_ROOT=$folder/system

install_packages() (
  rm -rf "$LOG" "$REGISTRY_SYSTEM_ROOT"
  mkdir -p "$REGISTRY_SYSTEM_ROOT/var/lib/apt/lists" "$REGISTRY_SYSTEM_ROOT/var/log"
  touch "$REGISTRY_SYSTEM_ROOT/var/lib/apt/lists/list" "$REGISTRY_SYSTEM_ROOT/var/log/dpkg.log"
  # shellcheck source=/dev/null
  . "$root/docker/lib/registry-retry.sh"
  registry_packages "$@"
)
left_over() { find "$REGISTRY_SYSTEM_ROOT" -type f -o -path '*/var/cache/*'; }
nothing_left_over() { [ -z "$(left_over)" ]; }
calls() { sed -E 's/^.* (update|install|autoclean)/\1/' "$LOG" | paste -sd '|'; }

expect 0 "" "packages install" install_packages first second
expect 0 "update|install -y --no-install-recommends first second|autoclean -y" \
  "without what is only recommended" calls
expect 0 "" "and neither lists nor archives nor logs stay" nothing_left_over
FAILURES=2 expect 0 "attempt 2 of 3 failed" "lists that cannot be had at once are tried again" \
  install_packages first
FAILURES=9 expect 100 "gave up after attempt 3 of 3" "and given up in the end" install_packages first
expect 0 "update|update|update" "before anything is installed" calls
UNMOUNTED=0 expect 0 "" "packages install with a mounted cache" install_packages first
expect 0 "/archives/partial" "and what was downloaded stays in it" left_over
cached_system() {
  # shellcheck source=/dev/null
  (. /etc/os-release && grep -q "lists=$REGISTRY_SYSTEM_ROOT/var/cache/packages/$ID-" "$LOG")
}
expect 0 "" "each system in a folder of its own" cached_system

finish
