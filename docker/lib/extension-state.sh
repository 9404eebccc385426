# shellcheck shell=bash
# What the extension manager remembers between runs. Sourced after extension-contract.sh.
#
#   $state/NAME            an installed extension; holds its version
#   $state/.unfinished     extensions whose installation has begun and has not been completed, in
#                          the order of installation; what is left there is removed by the next run
#   $state/.records        what extensions have brought (system-packages.sh, home-files.sh)

: "${state:?}"

unfinished=$state/.unfinished
# The descriptor that holds the lock, and the process group at work; empty when there is none.
lock=
child=

installed() { [ -e "$state/$1" ]; }

installed_version() { cat "$state/$1"; }

installed_names() {
  local name
  extension_names | while IFS= read -r name; do
    if installed "$name"; then printf '%s\n' "$name"; fi
  done
}

is_unfinished() { [ -e "$unfinished" ] && grep -qxF -- "$1" "$unfinished"; }

record_installed() { # NAME VERSION
  printf '%s\n' "$2" >"$state/.$1.part" && mv "$state/.$1.part" "$state/$1"
}

# Rewrites the list of what is unfinished.
write_unfinished() { # NAME...
  if [ $# -eq 0 ]; then
    rm -f "$unfinished"
  else
    printf '%s\n' "$@" >"$unfinished.part" && mv "$unfinished.part" "$unfinished"
  fi
}

# Declares an extension and what it brought along complete: what is recorded as installed stays.
finish() {
  local name names=() left=()
  [ -e "$unfinished" ] || return 0
  mapfile -t names <"$unfinished"
  for name in "${names[@]}"; do installed "$name" || left+=("$name"); done
  write_unfinished "${left[@]}"
}

# Removes what an installation has done that was not completed, last first. What cannot be removed
# stays in the list, for the next run.
roll_back() {
  local index name names=() left=()
  [ -e "$unfinished" ] || return 0
  mapfile -t names <"$unfinished"
  for ((index = ${#names[@]} - 1; index >= 0; index--)); do
    name=${names[index]}
    rm -f "$state/$name"
    if [ ! -r "$(extension_file "$name")" ]; then
      warn "the extension $name is no longer there: what its installation had done stays"
    elif run_extension "$name" extension_uninstall </dev/null; then
      say "removed what the installation of $name had done"
    else
      warn "not all of what installing $name had done could be removed; the next run tries again"
      left=("$name" "${left[@]}")
    fi
  done
  write_unfinished "${left[@]}"
  [ ${#left[@]} -eq 0 ]
}

# Runs a command in a process group of its own, which a signal ends.
interruptible() {
  local status=0
  set -m
  "$@" </dev/null &
  child=$!
  set +m
  wait "$child" || status=$?
  child=
  return "$status"
}

# Sends a signal to the process group at work. What became root on the way only root can reach.
signal_group() { # SIGNAL
  local reached=1
  ! kill -s "$1" -- "-$child" 2>/dev/null || reached=0
  ! as_root kill -s "$1" -- "-$child" 2>/dev/null || reached=0
  return "$reached"
}

interrupted() { # NUMBER
  local tenth
  trap '' HUP INT TERM
  if [ -n "$child" ]; then
    signal_group TERM || true
    for ((tenth = 0; tenth < 100; tenth++)); do
      signal_group 0 || break
      sleep 0.1
    done
    signal_group KILL || true
    child=
  fi
  [ -z "$lock" ] || {
    warn "interrupted"
    roll_back || true
  }
  exit $((128 + $1))
}

# One run at a time changes something. What a killed run has left half done is removed first.
take_lock() {
  [ -z "${SINDRI_AT_WORK:-}" ] ||
    refuse "$SINDRI_AT_WORK must not call the extension manager; EXT_REQUIRES says what it needs"
  mkdir -p "$state" 2>/dev/null || true
  [ -w "$state" ] || die "$state cannot be written to"
  trap 'interrupted 1' HUP
  trap 'interrupted 2' INT
  trap 'interrupted 15' TERM
  local descriptor
  exec {descriptor}<"$state"
  if ! flock --nonblock "$descriptor"; then
    say "another extension-manager is at work; waiting for it"
    interruptible flock --timeout "${SINDRI_LOCK_SECONDS:-600}" "$descriptor" ||
      die "another extension-manager is still at work; nothing was done"
  fi
  lock=$descriptor
  roll_back || true
}
