#!/usr/bin/env bash
# What a login shows: the message of the day, then how the container is. It must be quick, and must
# never keep anybody from logging in.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

motd=${MOTD_FILE:-/etc/motd}
if [ -r "$motd" ]; then cat "$motd"; fi
timeout 2 "$here/system-status.sh" --brief 2>/dev/null | sed 's/^/  /' || true
printf '\n'
