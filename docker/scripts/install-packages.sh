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
  file
  git
  gnupg
  jq
  less
  lsof
  openssh-client
  openssh-server
  procps
  rsync
  sudo
  tini
  tmux
  unzip
  vim
  wget
  xz-utils
  zip

  # network utilities
  iproute2
  iputils-ping
  netcat-openbsd

  # database clients
  postgresql-client
  redis-tools
  sqlite3

  # development libraries, also those that languages are built with
  libbz2-dev
  libffi-dev
  liblzma-dev
  libncurses-dev
  libreadline-dev
  libsqlite3-dev
  libssl-dev
  libyaml-dev
  zlib1g-dev
)

# Documentation and translations that nothing in the image shows (there is no `man`, and the
# language is C) are not unpacked; copyright notices are.
cat >/etc/dpkg/dpkg.cfg.d/sindri <<'TEXT'
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
path-exclude=/usr/share/info/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/locale/*
path-include=/usr/share/locale/locale.alias
path-exclude=/usr/share/man/*
TEXT

registry_packages "${packages[@]}" "$@"

# Every container makes host keys of its own; an image must not carry any.
rm -f /etc/ssh/ssh_host_*
