#!/usr/bin/env bash
# Tests the health check against daemons and folders made up for the purpose.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# Answers every connection with a line, at once or never.
cat >"$folder/daemon.py" <<'PYTHON'
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
kept = []
while True:
    connection, _ = server.accept()
    if sys.argv[1]: connection.sendall(sys.argv[1].encode() + b"\r\n")
    kept.append(connection)
PYTHON
daemons=()
stop_daemons() { kill "${daemons[@]}"; }
at_end+=(stop_daemons)
daemon() { # NAME BANNER
  python3 "$folder/daemon.py" "$2" >"$folder/$1.port" &
  daemons+=($!)
  for _ in $(seq 100); do
    [ ! -s "$folder/$1.port" ] || break
    sleep 0.05
  done
}
daemon ssh "SSH-2.0-OpenSSH_9.2"
daemon web "HTTP/1.1 400 Bad Request"
daemon silent ""
port() { cat "$folder/$1.port"; }

check=docker/scripts/health-check.sh
export SINDRI_LIBRARY=$folder/lib WORKSPACE=$folder/workspace HEALTH_STAMP=$folder/stamp SSH_PORT \
  DEVELOPER_USER
DEVELOPER_USER=$(id -un)
SSH_PORT=$(port ssh)
mkdir -p "$SINDRI_LIBRARY/extensions.d/one" "$WORKSPACE"
extension=$SINDRI_LIBRARY/extensions.d/one/one.extension
echo 'echo fine' >"$SINDRI_LIBRARY/common.sh"
echo 'extension_install() { true; }' >"$extension"

expect 0 "" "a container that is fit is healthy" "$check"
SSH_PORT=$(port web) expect 1 "no SSH daemon" "another daemon is no SSH daemon" "$check"
SSH_PORT=$(port silent) expect 1 "no SSH daemon" "a daemon that says nothing is none" "$check"
SSH_PORT=1 expect 1 "no SSH daemon answers on port 1" "no daemon is none" "$check"
WORKSPACE=$folder/none expect 1 "none is missing" "a workspace is needed" "$check"
SINDRI_LIBRARY=$folder/none expect 1 "none is missing" "a library is needed" "$check"
SSH_PORT=1 WORKSPACE=$folder/none expect 1 "none is missing" "every problem is named" "$check"

echo 'extension_install() {' >"$extension"
expect 1 "one.extension cannot be parsed" "an extension that cannot be parsed is named" "$check"
expect 1 "one.extension cannot be parsed" "and again by the next check" "$check"
echo 'extension_install() { true; }' >"$extension"
expect 0 "" "mended, all is well" "$check"

# A file with an old time that came only now, as copied files do.
echo 'if' >"$extension"
touch -d '2001-01-01' "$extension"
expect 1 "cannot be parsed" "what changed is known also by files with old times" "$check"
echo 'true' >"$extension"
expect 0 "" "mended again" "$check"

# bash that counts its calls: what was right and has not changed is not read again.
parsed() {
  mkdir -p "$folder/bin"
  # shellcheck disable=SC2016 # the program that is written expands it
  printf '#!/bin/sh\n[ "$1" != -n ] || echo "$2" >>"%s/parsed"\nexec %s "$@"\n' \
    "$folder" "$BASH" >"$folder/bin/bash"
  chmod +x "$folder/bin/bash"
  : >"$folder/parsed"
  PATH=$folder/bin:$PATH "$BASH" "$check"
  wc -l <"$folder/parsed"
}
expect 0 0 "nothing has changed, nothing is read" parsed
HEALTH_STAMP=/nonexistent/stamp expect 0 2 "without a stamp everything is read" parsed

ln -s "$root/$check" "$folder/sindri-health"
unset SINDRI_LIBRARY
expect 0 "" "a link to it finds the library" "$folder/sindri-health"
expect 0 "" "and has read it: the stamp is of now" test "$HEALTH_STAMP" -nt "$folder/parsed"

if [ "$(id -u)" -eq 0 ]; then
  chmod 755 "$folder"
  DEVELOPER_USER=nobody expect 1 "nobody may not write" "the developer must be able to write" "$check"
else
  echo "SKIPPED: whether another user may write, because that needs root" >&2
fi

finish
