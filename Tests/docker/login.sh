#!/usr/bin/env bash
# Tests what a login sees: the environment of shells, the welcome, and the system's status.
# shellcheck disable=SC2016 # the shells under test expand what is in single quotes
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

export WORKSPACE=$folder/workspace SINDRI_STATE=$folder/state PROC_FOLDER=$folder/proc \
  CGROUP_FOLDER=$folder/cgroup HEALTH_STAMP=$folder/stamp SSH_PORT=1 MOTD_FILE=docker/config/motd
mkdir -p "$WORKSPACE"/{projects/one,projects/two,backups} "$SINDRI_STATE" "$PROC_FOLDER" \
  "$CGROUP_FOLDER/memory" "$folder/bin" "$folder/home"
printf 'MemTotal: 8388608 kB\nMemFree: 1 kB\nMemAvailable: 6291456 kB\n' >"$PROC_FOLDER/meminfo"
echo '0.10 0.20 0.30 1/100 4711' >"$PROC_FOLDER/loadavg"
status=docker/scripts/system-status.sh

# --- Status ----------------------------------------------------------------------------------

printf '#!/bin/sh\necho "sops 3.2.1 (latest)"\necho more\n' >"$folder/bin/sops"
printf '#!/bin/sh\nexec sleep 20\n' >"$folder/bin/age"
printf '#!/bin/sh\n[ "$2" = age ] && exit 124\nshift\nexec "$@"\n' >"$folder/bin/timeout"
chmod +x "$folder/bin"/*
with_tools() { PATH=$folder/bin:/usr/bin:/bin "$@"; }

expect 0 "load         0.10 0.20 0.30 on" "status says the load" with_tools "$status"
expect 0 "2048 of 8192 MB" "and the memory in use" with_tools "$status"
expect 0 "2 projects, " "and the projects" with_tools "$status"
expect 0 "sops         sops 3.2.1 (latest)" "and the versions of tools" with_tools "$status"
expect 0 "age          does not say its version" "whichever hang" with_tools "$status"
expect 0 "mise         not in this image" "and which are not there" with_tools "$status"
expect 0 "health       no SSH daemon answers on port 1" "and what is wrong" with_tools "$status"
expect 0 "backup       none" "and that there is no backup" with_tools "$status"
expect 0 "extensions   none installed" "nor any extension" with_tools "$status"

echo 1073741824 >"$CGROUP_FOLDER/memory/memory.limit_in_bytes"
echo 104857600 >"$CGROUP_FOLDER/memory/memory.usage_in_bytes"
expect 0 "100 of 1024 MB" "a container's limit of memory counts" with_tools "$status"
echo max >"$CGROUP_FOLDER/memory.max"
echo 9223372036854771712 >"$CGROUP_FOLDER/memory/memory.limit_in_bytes"
expect 0 "2048 of 8192 MB" "no limit is none" with_tools "$status"
echo 2147483648 >"$CGROUP_FOLDER/memory.max"
echo 1048576 >"$CGROUP_FOLDER/memory.current"
expect 0 "1 of 2048 MB" "in either version of control groups" with_tools "$status"

touch -d '2020-01-01' "$WORKSPACE/backups/workspace-old.tar.gz"
touch -d '2021-02-03 04:05' "$WORKSPACE/backups/workspace-new.tar.gz"
echo 1.0 >"$SINDRI_STATE/nodejs"
echo 1.0 >"$SINDRI_STATE/python"
echo 1.0 >"$SINDRI_STATE/golang.part"
expect 0 "workspace-new.tar.gz, 2021-02-03 04:05" "the newest backup is named" "$status" --brief
expect 0 "extensions   nodejs python"$'\n' "so are the extensions that are installed" "$status" --brief
no_tool_runs() { ! with_tools "$status" --brief | grep -q sops; }
expect 0 "" "in brief, no tool is asked" no_tool_runs
expect 2 "usage" "other options are refused" "$status" --wat
WORKSPACE=$folder/none expect 0 "0 projects" "no workspace is no failure" "$status" --brief

# --- Welcome and environment -----------------------------------------------------------------

welcome=docker/scripts/welcome.sh
expect 0 "extension-manager list" "the welcome shows the message of the day" "$welcome"
expect 0 "extensions   nodejs python" "and the status in brief" "$welcome"
MOTD_FILE=$folder/none expect 0 "2 projects" "a message that is missing is no failure" "$welcome"

# The file is read as profile.d is: by a login shell of its own.
# shell SHELL OPTIONS COMMAND, with nothing inherited but what a login sets
shell() {
  local shell=$1 options=$2
  shift 2
  (cd "$folder/home" && env -i HOME="$folder/home" PATH=/usr/bin:/bin SINDRI_ROOT="$root/docker" \
    WORKSPACE="$WORKSPACE" SINDRI_STATE="$SINDRI_STATE" MOTD_FILE="$root/docker/config/motd" \
    "${settings[@]}" "$shell" "$options" ". '$root/docker/config/bash-environment.sh'; $*")
}
settings=()
expect 0 "$folder/home/.local/bin:$folder/home/.local/share/mise/shims:/usr/bin:/bin" \
  "what the developer installed comes first" shell bash -c 'echo $PATH'
once() {
  local twice
  twice=$(shell bash -c ". '$root/docker/config/bash-environment.sh'; echo \$PATH")
  [ "$twice" = "$(shell bash -c 'echo $PATH')" ]
}
expect 0 "" "and once" once
expect 0 "$root/docker 1" "every shell has the environment" \
  shell sh -c 'echo $SINDRI_ROOT $DISABLE_AUTOUPDATER'
expect 0 "$folder/home" "a shell that runs a command stays where it is" shell bash -c pwd
silent() { [ "$(shell bash -c 'echo only')" = only ]; }
expect 0 "" "and says nothing" silent
expect 0 "Sindri development environment" "an interactive one welcomes" shell bash -ic true
expect 0 "$WORKSPACE" "and goes to the workspace" shell bash -ic pwd
expect 0 "histappend     	on" "and keeps the history of all shells" shell bash -ic 'shopt histappend'
settings=(SINDRI_WELCOMED=1)
not_welcomed() { ! shell bash -ic true 2>&1 | grep -q Sindri; }
expect 0 "" "a shell in a shell does not welcome again" not_welcomed
settings=()
touch "$folder/home/.hushlogin"
expect 0 "" "nor does one that is to be silent" not_welcomed
rm "$folder/home/.hushlogin"
settings=(SINDRI_ROOT="$folder/none" WORKSPACE="$folder/none")
expect 0 "fine" "nothing that is missing keeps anybody out" shell bash -ic 'echo fine'
settings=()
strict() { shell bash -euc 'echo "${-//[^eu]/}"'; }
expect 0 "eu" "strict shells can read it, too" strict

# What sshd sets for commands without a shell must be what the shells have.
set_by_sshd() {
  local home=/home/developer/.local words word
  read -ra words < <(sed -n 's/^SetEnv //p' docker/config/sshd_config)
  for word in "${words[@]}"; do
    case $word in
      PATH="$home/bin:$home/share/mise/shims:"*) ;;
      DISABLE_AUTOUPDATER=1 | WORKSPACE=/workspace | SINDRI_ROOT=/docker) ;;
      *) return 1 ;;
    esac
    printf '%s ' "${word%%=*}"
  done
}
expect 0 "WORKSPACE SINDRI_ROOT DISABLE_AUTOUPDATER PATH" \
  "commands over SSH have the same environment" set_by_sshd

finish
