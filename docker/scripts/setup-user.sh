#!/usr/bin/env bash
# Creates the developer's user, who may become root without a password, and the workspace.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

user=${DEVELOPER_USER:-developer}
uid=${DEVELOPER_UID:-1001}
workspace=${WORKSPACE:-/workspace}

if ! id "$user" >/dev/null 2>&1; then
  groupadd --gid "$uid" "$user"
  useradd --uid "$uid" --gid "$uid" --create-home --shell /bin/bash "$user"
fi
# No password fits, yet the account is not locked: a locked one could not log in by key either.
usermod --password '*' "$user"

install -m 440 "$here/../config/developer-sudoers" "/etc/sudoers.d/$user"
visudo --check --quiet --file="/etc/sudoers.d/$user"

install -d -o "$user" -g "$user" -m 755 "$workspace" "$workspace"/{projects,config,scripts,backups}
install -d -o "$user" -g "$user" -m 700 "/home/$user/.ssh"
# What the extension manager remembers. It lives as long as the container, as the tools do that it
# installs.
install -d -o "$user" -g "$user" -m 755 /var/lib/sindri /var/lib/sindri/extensions
