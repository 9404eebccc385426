#!/usr/bin/env bash
# Tests the installation scripts of the tools against a local server that misbehaves, with releases
# of the real names and forms: programs, and for age an archive.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# /MODE/PATH answers with the file PATH of the releases. Modes: good; flaky fails twice, then
# answers; busy never gets better; short breaks off; unmeasured breaks off and had not said how long
# it would be; hang never answers; stall stops in the middle; forbidden. /count/MODE says how often.
cat >"$folder/server.py" <<'PYTHON'
import http.server, os, sys, time
releases, calls = sys.argv[1], {}

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, mode, path = self.path.split("/", 2)
        if mode == "count":
            return self.answer(200, str(calls.pop(path, 0)).encode())
        calls[mode] = calls.get(mode, 0) + 1
        if mode == "hang": return time.sleep(20)
        if mode == "forbidden": return self.answer(403, b"")
        if mode == "busy" or mode == "flaky" and calls[mode] <= 2: return self.answer(503, b"")
        file = os.path.join(releases, path)
        if not os.path.isfile(file): return self.answer(404, b"")
        with open(file, "rb") as content: body = content.read()
        if mode == "good" or mode == "flaky": return self.answer(200, body)
        self.send_response(200)
        if mode != "unmeasured": self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:20])
        self.wfile.flush()
        if mode == "stall": time.sleep(20)
    def answer(self, code, content):
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    def log_message(self, *arguments): pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_port, flush=True)
server.serve_forever()
PYTHON

# Releases of version 9.8.7, under the names that the projects give them.
program() { # PATH TEXT
  mkdir -p "$(dirname "$folder/releases/$1")"
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$folder/releases/$1"
}
age_archive() { # PATH TEXT
  mkdir -p "$folder/archive/age" "$(dirname "$folder/releases/$1")"
  printf '#!/bin/sh\necho "%s"\n' "$2" >"$folder/archive/age/age"
  printf '#!/bin/sh\necho "%s keygen"\n' "$2" >"$folder/archive/age/age-keygen"
  echo text >"$folder/archive/age/LICENSE"
  chmod 755 "$folder/archive/age/age" "$folder/archive/age/age-keygen"
  tar -czf "$folder/releases/$1" -C "$folder/archive" age
}
program v9.8.7/mise-v9.8.7-linux-x64 "mise for x86_64"
program v9.8.7/mise-v9.8.7-linux-arm64 "mise for aarch64"
program 9.8.7/linux-x64/claude "claude for x86_64"
program 9.8.7/linux-arm64/claude "claude for aarch64"
program v9.8.7/sops-v9.8.7.linux.amd64 "sops for x86_64"
program v9.8.7/sops-v9.8.7.linux.arm64 "sops for aarch64"
age_archive v9.8.7/age-v9.8.7-linux-amd64.tar.gz "age for x86_64"
age_archive v9.8.7/age-v9.8.7-linux-arm64.tar.gz "age for aarch64"

python3 "$folder/server.py" "$folder/releases" >"$folder/port" &
server=$!
stop_server() { kill "$server"; }
at_end+=(stop_server)
for _ in $(seq 100); do
  [ ! -s "$folder/port" ] || break
  sleep 0.05
done
address=http://127.0.0.1:$(<"$folder/port")
export REGISTRY_RETRY_ATTEMPTS=3 REGISTRY_RETRY_DELAY=0 REGISTRY_CONNECT_SECONDS=2 \
  REGISTRY_STALL_SECONDS=1
# The temporary folders of the scripts, so that it can be seen that nothing stays.
export TMPDIR=$folder/temporary
mkdir "$TMPDIR"

checksum_of() {
  local sum
  sum=$(sha256sum <"$folder/releases/$1")
  printf '%s' "${sum%% *}"
}
out=$folder/out
nothing_installed() { [ -z "$(find "$out" "$TMPDIR" -type f)" ]; }
asked() { curl -s "$address/count/$1"; }
is_executable() { [ "$(stat -c %a "$out/usr/local/bin/$1")" = 755 ]; }

# Installs one tool and no other: install TOOL MODE CHECKSUM MACHINE
install() {
  local script=$1 upper=${1^^}
  local settings=("${upper}_MIRROR=$address/$2" "${upper}_SHA256=$3" "${upper}_VERSION=9.8.7")
  case $1 in
    sops) script=sops-age settings+=(WITH_AGE=0) ;;
    age) script=sops-age settings+=(WITH_SOPS=0) ;;
  esac
  rm -rf "$out"
  env "${settings[@]}" MACHINE="$4" "docker/scripts/install-$script.sh" "$out"
}

# download_path TOOL RELEASE-FOR-x86_64 RELEASE-FOR-aarch64
download_path() {
  local tool=$1 sum other
  sum=$(checksum_of "$2")
  other=$(checksum_of "$3")
  expect 0 "" "$tool: the right checksum installs" install "$tool" good "$sum" x86_64
  expect 0 "$tool for x86_64" "$tool: what was installed runs" "$out/usr/local/bin/$tool"
  expect 0 "" "$tool: and everybody may run it" is_executable "$tool"
  expect 0 "" "$tool: arm64 installs" install "$tool" good "$other" aarch64
  expect 0 "$tool for aarch64" "$tool: and is the release for it" "$out/usr/local/bin/$tool"
  expect 1 "wrong checksum" "$tool: another machine's checksum is wrong" \
    install "$tool" good "$other" x86_64
  expect 0 "" "$tool: and nothing is installed" nothing_installed
  expect 1 "of kind riscv64" "$tool: a machine without a release is refused" \
    install "$tool" good "$sum" riscv64
  asked forbidden >/dev/null
  expect 1 "attempt 1 of 3" "$tool: a refusal is final" install "$tool" forbidden "$sum" x86_64
  expect 0 1 "$tool: and asked for once" asked forbidden
  expect 0 "" "$tool: and nothing is installed" nothing_installed
  asked flaky >/dev/null
  expect 0 "attempt 2 of 3 failed" "$tool: two failures, then good, installs" \
    install "$tool" flaky "$sum" x86_64
  expect 0 "$tool for x86_64" "$tool: and it runs" "$out/usr/local/bin/$tool"
  expect 1 "gave up after attempt 3 of 3" "$tool: a host that stays busy is given up" \
    install "$tool" busy "$sum" x86_64
  expect 1 "gave up after attempt 3 of 3" "$tool: a body that breaks off is tried again" \
    install "$tool" short "$sum" x86_64
  expect 0 "" "$tool: and never installed" nothing_installed
  expect 1 "wrong checksum" "$tool: nor one of unknown length" install "$tool" unmeasured "$sum" x86_64
  expect 0 "" "$tool: which leaves nothing either" nothing_installed
  REGISTRY_RETRY_ATTEMPTS=1 expect 1 "gave up" "$tool: a host that never answers is given up" \
    install "$tool" hang "$sum" x86_64
  REGISTRY_RETRY_ATTEMPTS=1 expect 1 "gave up" "$tool: one that stops in the middle, too" \
    install "$tool" stall "$sum" x86_64
  expect 0 "" "$tool: and nothing is installed" nothing_installed
}
download_path mise v9.8.7/mise-v9.8.7-linux-x64 v9.8.7/mise-v9.8.7-linux-arm64
download_path claude 9.8.7/linux-x64/claude 9.8.7/linux-arm64/claude
download_path sops v9.8.7/sops-v9.8.7.linux.amd64 v9.8.7/sops-v9.8.7.linux.arm64
download_path age v9.8.7/age-v9.8.7-linux-amd64.tar.gz v9.8.7/age-v9.8.7-linux-arm64.tar.gz
key_generator() {
  install age good "$(checksum_of v9.8.7/age-v9.8.7-linux-amd64.tar.gz)" x86_64
  "$out/usr/local/bin/age-keygen"
}
expect 0 "age for x86_64 keygen" "age: its key generator comes with it" key_generator

# An archive with the right checksum that is not what was expected.
program v9.8.7/age-v9.8.7-linux-amd64.tar.gz "no archive"
expect 2 "not in gzip format" "age: what is no archive is not unpacked" \
  install age good "$(checksum_of v9.8.7/age-v9.8.7-linux-amd64.tar.gz)" x86_64
expect 0 "" "age: and nothing is installed" nothing_installed

# --- What holds for all of them --------------------------------------------------------------

# asks_for TOOL PATH: without another version, the pinned one's release is asked for, by its name.
asks_for() {
  local script=$1
  case $1 in sops | age) script=sops-age ;; esac
  expect 1 "$address/missing/$2" "$1: the pinned release is asked for" \
    env WITH_SOPS="$([ "$1" = sops ] && echo 1 || echo 0)" "${1^^}_MIRROR=$address/missing" \
    MACHINE=aarch64 "docker/scripts/install-$script.sh" "$out"
}
pinned() { sed -nE "s/^($1_)?version=.*:-([0-9.]+)\}$/\2/p" "docker/scripts/install-$2.sh"; }
version=$(pinned mise mise)
asks_for mise "v$version/mise-v$version-linux-arm64"
version=$(pinned claude claude)
asks_for claude "$version/linux-arm64/claude"
version=$(pinned sops sops-age)
asks_for sops "v$version/sops-v$version.linux.arm64"
version=$(pinned age sops-age)
asks_for age "v$version/age-v$version-linux-arm64.tar.gz"

different_checksums() {
  local sums
  mapfile -t sums < <(grep -hoE '\b[0-9a-f]{64}\b' docker/scripts/install-*.sh)
  [ ${#sums[@]} -eq 8 ] && [ "$(printf '%s\n' "${sums[@]}" | sort -u | wc -l)" -eq 8 ]
}
expect 0 "" "four tools for two machines have eight checksums" different_checksums

rm -rf "$out"
expect 0 "left out" "mise can be left out" env WITH_MISE=0 docker/scripts/install-mise.sh "$out"
expect 0 "left out" "Claude Code can be left out" \
  env WITH_CLAUDE=0 docker/scripts/install-claude.sh "$out"
expect 0 "age is left out" "SOPS and age can be left out" \
  env WITH_SOPS=0 WITH_AGE=0 docker/scripts/install-sops-age.sh "$out"
expect 0 "" "and nothing is installed then" nothing_installed

# What is there already stays until the new one is known to be right.
before() {
  mkdir -p "$out/usr/local/bin"
  printf '#!/bin/sh\necho old\n' >"$out/usr/local/bin/mise"
  chmod 755 "$out/usr/local/bin/mise"
  ! env MISE_MIRROR="$address/good" MISE_VERSION=9.8.7 MISE_SHA256=0 MACHINE=x86_64 \
    docker/scripts/install-mise.sh "$out" || return 1
  "$out/usr/local/bin/mise"
}
expect 0 old "a wrong download leaves the old program alone" before
fetch() (
  cd "$folder"
  # shellcheck source=/dev/null
  . "$root/docker/lib/registry-retry.sh"
  registry_fetch "$@"
)
expect 1 "gave up" "only the web is downloaded from" fetch "file:///etc/passwd" 0 passwd
expect 0 "" "a name with a space in it is a name" fetch \
  "$address/good/v9.8.7/mise-v9.8.7-linux-x64" "$(checksum_of v9.8.7/mise-v9.8.7-linux-x64)" "./-a b"
expect 0 "mise for x86_64" "and has what was downloaded" bash "$folder/-a b"

finish
