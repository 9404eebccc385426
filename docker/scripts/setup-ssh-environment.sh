#!/usr/bin/env bash
# Sets up the SSH daemon: its configuration, its run folder, and no host keys (a container makes
# its own at the first start).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

install -m 644 "$here/../config/sshd_config" /etc/ssh/sshd_config
install -d -m 755 /run/sshd
rm -f /etc/ssh/ssh_host_*

# The configuration is checked now, with a key that is thrown away, not at the first start.
key=$(mktemp -u)
ssh-keygen -q -t ed25519 -N '' -f "$key"
/usr/sbin/sshd -t -f /etc/ssh/sshd_config -h "$key"
rm -f "$key" "$key.pub"
