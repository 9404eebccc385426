#!/usr/bin/env bash
# Prepares a container, then becomes the given command, so that signals reach it.
#   AUTHORIZED_KEYS   public keys, one a line, that may log in as the developer
# Safe to run again: a restarted container keeps its keys.
set -euo pipefail

keys=${SSH_KEYS_FOLDER:-/etc/ssh/keys}
workspace=${WORKSPACE:-/workspace}
user=${DEVELOPER_USER:-developer}

# A volume mounted over the workspace starts empty and belongs to root.
prepare_workspace() {
  install -d -o "$user" -g "$user" -m 755 "$workspace"/{projects,config,scripts,backups}
  if [ "$(stat -c %U "$workspace")" != "$user" ]; then chown "$user:$user" "$workspace"; fi
}

prepare_ssh() {
  install -d -m 755 "$keys" /run/sshd
  if [ ! -s "$keys/ssh_host_ed25519_key" ]; then
    ssh-keygen -q -t ed25519 -N '' -C sindri -f "$keys/ssh_host_ed25519_key"
  fi
  if [ -n "${AUTHORIZED_KEYS:-}" ]; then
    printf '%s\n' "$AUTHORIZED_KEYS" >"$keys/authorized_keys"
    chmod 644 "$keys/authorized_keys"
  fi
}

if [ "$(id -u)" -eq 0 ]; then
  prepare_workspace
  prepare_ssh
fi
exec "$@"
