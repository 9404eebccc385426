#!/usr/bin/env bash
# Tests the container's entrypoint with folders and a user of this machine.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

entrypoint=docker/scripts/entrypoint.sh
export WORKSPACE=$folder/workspace SSH_KEYS_FOLDER=$folder/keys SSH_RUN_FOLDER=$folder/run \
  DEVELOPER_USER
unset AUTHORIZED_KEYS
key=$SSH_KEYS_FOLDER/ssh_host_ed25519_key

expect 3 "" "the command's status is the container's" "$entrypoint" sh -c 'exit 3'
expect 0 "a  b|c" "the command's words stay as they are" "$entrypoint" printf '%s|' "a  b" c
# shellcheck disable=SC2016 # the inner shell expands it
same_process() { [ "$("$entrypoint" bash -c 'echo $PPID')" = "$BASHPID" ]; }
expect 0 "" "the command takes the entrypoint's place, so that signals reach it" same_process

if [ "$(id -u)" -ne 0 ]; then
  echo "SKIPPED: what the entrypoint prepares, because that needs root" >&2
  finish
  exit
fi

DEVELOPER_USER=nobody
rm -rf "$WORKSPACE" "$SSH_KEYS_FOLDER"
chmod 755 "$folder"
owner() { stat -c '%U %a' "$1"; }
fingerprint() { ssh-keygen -l -f "$key"; }

expect 0 "" "a first start prepares everything" "$entrypoint" true
expect 0 "nobody" "the workspace belongs to the developer" owner "$WORKSPACE"
expect 0 "nobody 755" "and so do the folders in it" owner "$WORKSPACE/projects"
expect 0 "root 600" "the host's key is root's alone" owner "$key"
before=$(fingerprint)
touch "$WORKSPACE/projects/mine"
expect 0 "" "a second start goes well" "$entrypoint" true
expect 0 "$before" "and the host keeps its key" fingerprint
expect 0 "" "and the workspace its files" test -e "$WORKSPACE/projects/mine"

# The developer may do as they like with the workspace.
rmdir "$WORKSPACE/config" "$WORKSPACE/scripts"
mkdir "$folder/elsewhere"
ln -s "$folder/elsewhere" "$WORKSPACE/config"
ln -s nowhere "$WORKSPACE/scripts"
expect 0 "" "a link in a folder's place is no obstacle" "$entrypoint" true
expect 0 "root" "and what it points to keeps its owner" owner "$folder/elsewhere"

chmod 644 "$key"
expect 0 "" "a host key that others may read" "$entrypoint" true
expect 0 "root 600" "is made private again" owner "$key"
: >"$key"
expect 0 "is no key" "a host key cut off in the middle is replaced" "$entrypoint" true
expect 0 "ED25519" "by one that works" fingerprint

ssh-keygen -q -t ed25519 -N '' -C visitor -f "$folder/visitor"
AUTHORIZED_KEYS=$(<"$folder/visitor.pub") expect 0 "" "a visitor's key is taken" "$entrypoint" true
expect 0 "visitor" "and written down" cat "$SSH_KEYS_FOLDER/authorized_keys"
expect 0 "" "a start without keys" "$entrypoint" true
expect 0 "visitor" "leaves those that are there" cat "$SSH_KEYS_FOLDER/authorized_keys"
AUTHORIZED_KEYS="no key" expect 0 "no public key" "what is no key is warned of" "$entrypoint" true

# Nothing of this keeps a container from starting.
rm -rf "$WORKSPACE" "$SSH_KEYS_FOLDER"
touch "$WORKSPACE" "$SSH_KEYS_FOLDER"
expect 0 "could not be prepared" "a workspace that cannot be made is said" "$entrypoint" true
expect 0 "host key could not be made" "and so is a key; the command starts" "$entrypoint" echo up
expect 0 "up" "in either case" "$entrypoint" echo up

finish
