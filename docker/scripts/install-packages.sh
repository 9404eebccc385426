#!/usr/bin/env bash
# Installs the system packages of the base layer, on any Debian-family system. Further packages may
# be given as arguments. Leaves no package lists and no downloaded archives behind.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=docker/lib/registry-retry.sh
. "$here/../lib/registry-retry.sh"

packages=(
  # build tools
  build-essential
  pkg-config

  # system utilities
  bash-completion
  ca-certificates
  curl
  git
  gnupg
  jq
  less
  openssh-client
  openssh-server
  procps
  rsync
  sudo
  tini
  tmux
  unzip
  vim
  xz-utils

  # network utilities
  iproute2
  iputils-ping
  netcat-openbsd

  # database clients
  postgresql-client
  redis-tools
  sqlite3

  # development libraries
  libffi-dev
  libreadline-dev
  libsqlite3-dev
  libssl-dev
  zlib1g-dev
)

export DEBIAN_FRONTEND=noninteractive
apt_options=(-qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=2 -o APT::Update::Error-Mode=any)

registry_retry apt-get "${apt_options[@]}" update
registry_retry apt-get "${apt_options[@]}" install -y --no-install-recommends \
  "${packages[@]}" "$@"

apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/debconf/*-old /var/log/apt \
  /var/log/dpkg.log /var/log/alternatives.log
# Every container makes host keys of its own; an image must not carry any.
rm -f /etc/ssh/ssh_host_*
