#!/usr/bin/env bash
# Tests the installation scripts against a local server that misbehaves.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# /flaky fails twice, then answers; /short breaks off; /hang never answers.
cat >"$folder/server.py" <<'PYTHON'
import http.server, sys, time
body, calls = b"#!/bin/sh\necho tool\n", {}

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        first = self.path.split("/")[1]
        calls[first] = calls.get(first, 0) + 1
        if first == "count":
            return self.answer(200, str(calls.get(self.path.split("/")[2], 0)).encode())
        if first == "missing": return self.answer(404, b"")
        if first == "flaky" and calls[first] <= 2: return self.answer(503, b"")
        if first == "hang": return time.sleep(20)
        if first == "short":
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            return self.wfile.write(body[:5])
        self.answer(200, body)
    def answer(self, code, content):
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    def log_message(self, *arguments): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
python3 "$folder/server.py" >"$folder/port" &
server=$!
stop_server() { kill "$server"; }
at_end+=(stop_server)
for _ in $(seq 100); do
  [ ! -s "$folder/port" ] || break
  sleep 0.05
done
address=http://127.0.0.1:$(<"$folder/port")
checksum=$(printf '#!/bin/sh\necho tool\n' | sha256sum)
checksum=${checksum%% *}
export REGISTRY_RETRY_ATTEMPTS=3 REGISTRY_RETRY_DELAY=0 REGISTRY_CONNECT_SECONDS=2 \
  REGISTRY_STALL_SECONDS=1

mise() { # PATH CHECKSUM MACHINE
  rm -rf "$folder/out"
  env MISE_MIRROR="$address/$1" MISE_SHA256="$2" MACHINE="$3" \
    "$root/docker/scripts/install-mise.sh" "$folder/out"
}
nothing_installed() { [ -z "$(find "$folder/out" -type f)" ]; }
runs() { "$folder/out/usr/local/bin/$1"; }

expect 0 "" "the right checksum installs" mise good "$checksum" x86_64
expect 0 tool "what was installed runs" runs mise
expect 1 "wrong checksum" "a wrong checksum installs nothing" mise good "${checksum/?/x}" x86_64
expect 0 "" "and leaves no file" nothing_installed
expect 1 "attempt 1 of 3" "a missing file is asked for once" mise missing "$checksum" x86_64
expect 0 1 "and not again" curl -s "$address/count/missing"
expect 0 "attempt 2 of 3 failed" "two failures, then good, installs" mise flaky "$checksum" x86_64
expect 1 "attempt 3 of 3" "a body that breaks off installs nothing" mise short "$checksum" x86_64
expect 0 "" "and leaves no file either" nothing_installed
expect 1 "gave up" "a host that never answers is given up" \
  env REGISTRY_RETRY_ATTEMPTS=1 MISE_MIRROR="$address/hang" MISE_SHA256="$checksum" \
  docker/scripts/install-mise.sh "$folder/out"
expect 0 "" "the other machine has a release too" mise good "$checksum" aarch64
expect 1 "of kind riscv64" "a machine without a release is refused" mise good "$checksum" riscv64
expect 0 "left out" "a tool can be left out" \
  env WITH_MISE=0 docker/scripts/install-mise.sh "$folder/none"
expect 0 "" "Claude Code installs" \
  env CLAUDE_MIRROR="$address/good" CLAUDE_SHA256="$checksum" MACHINE=x86_64 \
  docker/scripts/install-claude.sh "$folder/out"
expect 0 tool "and runs" runs claude
expect 0 "" "SOPS installs" \
  env SOPS_MIRROR="$address/good" SOPS_SHA256="$checksum" MACHINE=aarch64 WITH_AGE=0 \
  docker/scripts/install-sops-age.sh "$folder/out"
expect 0 tool "and runs" runs sops

finish
