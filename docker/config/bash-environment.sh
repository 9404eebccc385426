# shellcheck shell=sh
# The environment of every shell in the container: read by login shells of any kind, and by
# interactive ones of bash. It may be read twice. What sshd_config sets for commands that have no
# shell is the same.

export WORKSPACE="${WORKSPACE:-/workspace}"
export SINDRI_ROOT="${SINDRI_ROOT:-/docker}"
# The image decides which version of a tool it has.
export DISABLE_AUTOUPDATER=1

# What the developer and mise have installed comes before the system's.
for sindri_folder in "$HOME/.local/share/mise/shims" "$HOME/.local/bin"; do
  case ":$PATH:" in
    *":$sindri_folder:"*) ;;
    *) PATH=$sindri_folder:$PATH ;;
  esac
done
unset sindri_folder
export PATH

case $- in
  *i*)
    export EDITOR="${EDITOR:-vim}"
    # Shells side by side keep each other's history.
    HISTSIZE=10000
    HISTFILESIZE=20000
    HISTCONTROL=ignoreboth
    if [ -n "${BASH_VERSION:-}" ]; then
      # shellcheck disable=SC3044 # bash has it
      shopt -s histappend checkwinsize
    fi
    # Once a login: not in the panes of a terminal multiplexer, nor in shells started from shells.
    if [ -z "${SINDRI_WELCOMED:-}" ]; then
      export SINDRI_WELCOMED=1
      if [ ! -e "$HOME/.hushlogin" ]; then
        "$SINDRI_ROOT/scripts/welcome.sh" 2>/dev/null || true
      fi
      if [ "$PWD" = "$HOME" ]; then cd "$WORKSPACE" 2>/dev/null || true; fi
    fi
    ;;
esac
