#!/usr/bin/env bash
# Prepares a container, then becomes the given command, so that signals reach it.
#   AUTHORIZED_KEYS   public keys, one a line, that may log in as the developer
# Safe to run again: a restarted container keeps its keys. What cannot be prepared is said, and
# does not keep the container from starting: a way in is what it takes to mend it.
set -euo pipefail

keys=${SSH_KEYS_FOLDER:-/etc/ssh/keys}
run=${SSH_RUN_FOLDER:-/run/sshd}
workspace=${WORKSPACE:-/workspace}
user=${DEVELOPER_USER:-developer}

warn() { printf 'entrypoint: warning: %s\n' "$*" >&2; }

# A volume mounted over the workspace starts empty and belongs to root. Folders that exist stay as
# they are, also where the developer has put a link in the place of one.
prepare_workspace() {
  local folder
  [ -d "$workspace" ] || mkdir -p "$workspace" || return
  if [ "$(stat -c %U "$workspace")" != "$user" ]; then chown "$user:" "$workspace" || return; fi
  for folder in "$workspace"/{projects,config,scripts,backups}; do
    if [ ! -e "$folder" ] && [ ! -L "$folder" ]; then
      install -d -o "$user" -g "$(id -gn "$user")" -m 755 "$folder" || return
    fi
  done
}

# The host's key is made at the first start, and anew when it cannot be read: a daemon without a
# key would let nobody in.
prepare_host_key() {
  local key=$keys/ssh_host_ed25519_key
  install -d -m 755 "$keys" "$run" || return
  if [ -e "$key" ]; then
    chmod 600 "$key" || return
    if ssh-keygen -y -P '' -f "$key" >/dev/null 2>&1 </dev/null; then return 0; fi
    warn "$key is no key: it is now $key.broken, and the host gets a new one"
    mv -f "$key" "$key.broken" || return
  fi
  ssh-keygen -q -t ed25519 -N '' -C sindri -f "$key.part" </dev/null || return
  mv -f "$key.part.pub" "$key.pub" && mv -f "$key.part" "$key"
}

prepare_authorized_keys() {
  local file=$keys/authorized_keys
  [ -n "${AUTHORIZED_KEYS:-}" ] || return 0
  printf '%s\n' "$AUTHORIZED_KEYS" >"$file.part" || return
  chmod 644 "$file.part" || return
  ssh-keygen -l -f "$file.part" >/dev/null 2>&1 </dev/null ||
    warn "there is no public key in AUTHORIZED_KEYS: nobody can log in"
  mv -f "$file.part" "$file"
}

if [ "$(id -u)" -eq 0 ]; then
  prepare_workspace || warn "$workspace could not be prepared"
  prepare_host_key || warn "the SSH host key could not be made in $keys"
  prepare_authorized_keys || warn "AUTHORIZED_KEYS could not be written to $keys"
fi
exec "$@"
