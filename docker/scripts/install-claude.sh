#!/usr/bin/env bash
# Installs the Claude Code CLI below a folder: install-claude.sh [FOLDER]
#   WITH_CLAUDE=0   leaves it out
#   CLAUDE_MIRROR   where the releases are downloaded from
# Version and checksums belong together; the release's manifest.json has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/lib/registry-retry.sh
. "${REGISTRY_RETRY:-$here/../lib/registry-retry.sh}"

version=${CLAUDE_VERSION:-2.1.183}
mirror=${CLAUDE_MIRROR:-https://downloads.claude.ai/claude-code-releases}
destination=${1:-}
machine=${MACHINE:-$(uname -m)}

mkdir -p "$destination/usr/local/bin"
if [ "${WITH_CLAUDE:-1}" = 0 ]; then
  echo "install-claude: the Claude Code CLI is left out (WITH_CLAUDE=0)" >&2
  exit 0
fi
case $machine in
  x86_64)
    platform=linux-x64
    checksum=${CLAUDE_SHA256:-df3b409c5b25299df52c5ee81f64811dbdcb2e18c1beefe7f733c326f0a8cdce}
    ;;
  aarch64)
    platform=linux-arm64
    checksum=${CLAUDE_SHA256:-260a6e43fe9c6fd8800317581982ff50e4f4401d02ef625faa4df723bb9710b3}
    ;;
  *)
    echo "install-claude: no release for a machine of kind $machine" >&2
    exit 1
    ;;
esac

registry_fetch "$mirror/$version/$platform/claude" "$checksum" "$destination/usr/local/bin/claude"
chmod 755 "$destination/usr/local/bin/claude"
