#!/usr/bin/env bash
# Installs mise, the tool version manager, below a folder: install-mise.sh [FOLDER]
#   WITH_MISE=0     leaves it out
#   MISE_MIRROR     where the releases are downloaded from
# Version and checksums belong together; the release's SHASUMS256.txt has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/lib/registry-retry.sh
. "${REGISTRY_RETRY:-$here/../lib/registry-retry.sh}"

version=${MISE_VERSION:-2026.7.5}
mirror=${MISE_MIRROR:-https://github.com/jdx/mise/releases/download}
destination=${1:-}
machine=${MACHINE:-$(uname -m)}

mkdir -p "$destination/usr/local/bin"
if [ "${WITH_MISE:-1}" = 0 ]; then
  echo "install-mise: mise is left out (WITH_MISE=0)" >&2
  exit 0
fi
case $machine in
  x86_64)
    platform=linux-x64
    checksum=${MISE_SHA256:-5f7ab76afdf0780d12edeaa67e908094e9ccf7924cfe203e415c1cfb87bbf778}
    ;;
  aarch64)
    platform=linux-arm64
    checksum=${MISE_SHA256:-41fcf744050bfa27f9871e2151ac6f44b5ce2741424b3d5282b92becc71e6bc4}
    ;;
  *)
    echo "install-mise: no release for a machine of kind $machine" >&2
    exit 1
    ;;
esac

registry_fetch "$mirror/v$version/mise-v$version-$platform" "$checksum" \
  "$destination/usr/local/bin/mise"
chmod 755 "$destination/usr/local/bin/mise"
