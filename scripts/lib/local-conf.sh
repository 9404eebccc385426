# shellcheck shell=bash
# The machine's own choices, in .sindri-watch.local.conf beside the project's configuration (git
# ignores it). Sourced after say.sh; expects $root.

local_conf=${root:?}/.sindri-watch.local.conf

# The last value that this machine's configuration gives to a build argument of a layer, or nothing.
local_argument() { # LAYER ARGUMENT
  { git config -f "$local_conf" --get-all "layer.$1.argument" 2>/dev/null || true; } |
    sed -n "s/^$2=//p" | tail -n 1
}

# Sets one build argument of a layer and leaves the layer's other arguments alone.
set_local_argument() { # LAYER ARGUMENT VALUE
  [ "$(local_argument "$1" "$2")" != "$3" ] || return 0
  unset_local_argument "$1" "$2"
  git config -f "$local_conf" --add "layer.$1.argument" "$2=$3"
}

unset_local_argument() { # LAYER ARGUMENT
  [ -n "$(local_argument "$1" "$2")" ] || return 0
  git config -f "$local_conf" --unset-all "layer.$1.argument" "^$2="
}
