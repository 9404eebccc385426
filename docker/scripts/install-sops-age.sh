#!/usr/bin/env bash
# Installs SOPS and age, for secrets, below a folder: install-sops-age.sh [FOLDER]
#   WITH_SOPS=0, WITH_AGE=0    leave one out
#   WITH_AGE=package           takes age from the system's packages, where its releases are out of reach
#   SOPS_MIRROR, AGE_MIRROR    where the releases are downloaded from
# Versions and checksums belong together. SOPS's releases have them in checksums.txt; age's have
# none, so its checksums were taken from the archives.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/lib/registry-retry.sh
. "${REGISTRY_RETRY:-$here/../lib/registry-retry.sh}"

sops_version=${SOPS_VERSION:-3.13.3}
sops_mirror=${SOPS_MIRROR:-https://github.com/getsops/sops/releases/download}
age_version=${AGE_VERSION:-1.3.1}
age_mirror=${AGE_MIRROR:-https://github.com/FiloSottile/age/releases/download}
destination=${1:-}
machine=${MACHINE:-$(uname -m)}
bin=$destination/usr/local/bin

no_release() { # TOOL
  echo "install-sops-age: no release of $1 for a machine of kind $machine" >&2
  return 1
}

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
    *) no_release SOPS ;;
  esac
  registry_fetch "$sops_mirror/v$sops_version/sops-v$sops_version.linux.$platform" "$checksum" \
    "$bin/sops"
  chmod 755 "$bin/sops"
}

install_age() {
  local platform checksum folder
  case $machine in
    x86_64)
      platform=amd64
      checksum=${AGE_SHA256:-bdc69c09cbdd6cf8b1f333d372a1f58247b3a33146406333e30c0f26e8f51377}
      ;;
    aarch64)
      platform=arm64
      checksum=${AGE_SHA256:-c6878a324421b69e3e20b00ba17c04bc5c6dab0030cfe55bf8f68fa8d9e9093a}
      ;;
    *) no_release age ;;
  esac
  folder=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder is the one of now
  trap "rm -rf '$folder'" EXIT
  registry_fetch "$age_mirror/v$age_version/age-v$age_version-linux-$platform.tar.gz" \
    "$checksum" "$folder/age.tar.gz"
  tar -xzf "$folder/age.tar.gz" -C "$folder" --no-same-owner age/age age/age-keygen
  install -m 755 "$folder/age/age" "$folder/age/age-keygen" "$bin/"
}

install_age_package() {
  registry_packages age
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
case ${WITH_AGE:-1} in
  0) echo "install-sops-age: age is left out (WITH_AGE=0)" >&2 ;;
  package) install_age_package ;;
  *) install_age ;;
esac
