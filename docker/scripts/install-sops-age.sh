#!/usr/bin/env bash
# Installs SOPS and age, for secrets, below a folder: install-sops-age.sh [FOLDER]
#   WITH_SOPS=0, WITH_AGE=0   leave one out
#   SOPS_MIRROR               where SOPS's releases are downloaded from
# age comes from the system's packages. SOPS's version and checksums belong together; the release's
# checksums.txt has them.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/lib/registry-retry.sh
. "${REGISTRY_RETRY:-$here/../lib/registry-retry.sh}"

version=${SOPS_VERSION:-3.13.3}
mirror=${SOPS_MIRROR:-https://github.com/getsops/sops/releases/download}
destination=${1:-}
machine=${MACHINE:-$(uname -m)}
bin=$destination/usr/local/bin

install_sops() {
  local platform checksum
  case $machine in
    x86_64)
      platform=amd64
      checksum=${SOPS_SHA256:-e5bec3346a873ae91d871550f3e698c1aad962aff462a080e40f25fde17fef6b}
      ;;
    aarch64)
      platform=arm64
      checksum=${SOPS_SHA256:-53b0abacd38ef1b12a66d6c100956691b9cefce018d91f81e73ddf7438b94d77}
      ;;
    *)
      echo "install-sops-age: no release of SOPS for a machine of kind $machine" >&2
      return 1
      ;;
  esac
  registry_fetch "$mirror/v$version/sops-v$version.linux.$platform" "$checksum" "$bin/sops"
  chmod 755 "$bin/sops"
}

install_age() {
  local options=(-qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=2 -o APT::Update::Error-Mode=any)
  export DEBIAN_FRONTEND=noninteractive
  registry_retry apt-get "${options[@]}" update
  registry_retry apt-get "${options[@]}" install -y --no-install-recommends age
  apt-get clean
  rm -rf /var/lib/apt/lists/*
  if [ -n "$destination" ]; then
    install -m 755 /usr/bin/age /usr/bin/age-keygen "$bin/"
  fi
}

mkdir -p "$bin"
if [ "${WITH_SOPS:-1}" = 0 ]; then
  echo "install-sops-age: SOPS is left out (WITH_SOPS=0)" >&2
else
  install_sops
fi
if [ "${WITH_AGE:-1}" = 0 ]; then
  echo "install-sops-age: age is left out (WITH_AGE=0)" >&2
else
  install_age
fi
