#!/usr/bin/env bash
# Says how the container is: system, memory, disk, tools, extensions, backups, health.
#   system-status.sh            everything
#   system-status.sh --brief    what a login shows; starts no tool
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

workspace=${WORKSPACE:-/workspace}
state=${SINDRI_STATE:-/var/lib/sindri/extensions}
proc=${PROC_FOLDER:-/proc}
cgroup=${CGROUP_FOLDER:-/sys/fs/cgroup}

line() { printf '%-12s %s\n' "$1" "$2"; }
number_of() { printf '%d %s%s' "$1" "$2" "$([ "$1" -eq 1 ] || echo s)"; }

operating_system() {
  # shellcheck source=/dev/null
  (. /etc/os-release && printf '%s, %s' "$PRETTY_NAME" "$(uname -m)")
}

# Hours and minutes since the first process of the container started.
uptime_of_container() {
  local seconds
  seconds=$(ps -o etimes= -p 1 2>/dev/null) || seconds=0
  printf '%d h %02d min' "$((seconds / 3600))" "$((seconds / 60 % 60))"
}

# What is in use and what there is, in MB: of the container's own limit where it has one.
memory() {
  local total available limit used file
  total=$(($(awk '/^MemTotal:/ { print $2 }' "$proc/meminfo") * 1024))
  available=$(($(awk '/^MemAvailable:/ { print $2 }' "$proc/meminfo") * 1024))
  used=$((total - available))
  for file in memory.max:memory.current memory/memory.limit_in_bytes:memory/memory.usage_in_bytes; do
    limit=$(cat "$cgroup/${file%:*}" 2>/dev/null) || continue
    if [[ $limit =~ ^[0-9]{1,18}$ ]] && [ "$limit" -lt "$total" ]; then
      total=$limit
      used=$(cat "$cgroup/${file#*:}")
      break
    fi
  done
  printf '%d of %d MB in use' "$((used / 1048576))" "$((total / 1048576))"
}

disk() {
  df -P -k "$workspace" 2>/dev/null |
    awk 'NR == 2 { printf "%s in use, %.1f GB free", $5, $4 / 1048576 }'
}

# Without the need to be the extension manager: each installed extension has a file.
extensions() {
  local file names=()
  for file in "$state"/*; do
    case $file in *.part) continue ;; esac
    [ ! -f "$file" ] || names+=("${file##*/}")
  done
  if [ ${#names[@]} -eq 0 ]; then
    printf 'none installed'
  else
    printf '%s' "${names[*]}"
  fi
}

newest_backup() {
  local newest='' file
  for file in "$workspace"/backups/*.tar.*z "$workspace"/backups/*.tgz; do
    [ -f "$file" ] || continue
    if [ -z "$newest" ] || [ "$file" -nt "$newest" ]; then newest=$file; fi
  done
  if [ -z "$newest" ]; then
    printf 'none'
  else
    printf '%s, %s' "${newest##*/}" "$(date -r "$newest" '+%Y-%m-%d %H:%M')"
  fi
}

projects() {
  local count
  count=$(find "$workspace/projects" -mindepth 1 -maxdepth 1 -type d -printf x 2>/dev/null | wc -c)
  number_of "$count" project
}

# The first line that a tool says of its version. One that asks the network gets no time for it.
version_of() {
  local output
  command -v "$1" >/dev/null || {
    printf 'not in this image'
    return
  }
  output=$(timeout 5 "$1" --version 2>/dev/null </dev/null) || output=
  output=${output%%$'\n'*}
  printf '%s' "${output:-does not say its version}"
}

health() {
  local problems
  if problems=$("$here/health-check.sh" 2>&1); then
    printf 'good'
  else
    printf '%s' "${problems//health-check: /}" | paste -sd ';' | sed 's/;/; /g'
  fi
}

case ${1:-} in
  --brief)
    line workspace "$(projects), $(disk)"
    line extensions "$(extensions)"
    line backup "$(newest_backup)"
    ;;
  '')
    line system "$(operating_system)"
    line up "$(uptime_of_container)"
    line load "$(cut -d ' ' -f 1-3 "$proc/loadavg") on $(number_of "$(nproc)" processor)"
    line memory "$(memory)"
    line workspace "$(projects), $(disk)"
    line backup "$(newest_backup)"
    line extensions "$(extensions)"
    for tool in mise claude sops age git; do line "$tool" "$(version_of "$tool")"; done
    line health "$(health)"
    ;;
  -h | --help) printf 'usage: sindri-status [--brief]\n' ;;
  *)
    printf 'usage: sindri-status [--brief]\n' >&2
    exit 2
    ;;
esac
