# shellcheck shell=bash
# The environment of every login shell in the container.

export WORKSPACE=${WORKSPACE:-/workspace}
export SINDRI_ROOT=${SINDRI_ROOT:-/docker}
case ":$PATH:" in
  *":$HOME/.local/bin:"*) ;;
  *) PATH=$HOME/.local/bin:$PATH ;;
esac
export PATH

# Tools that mise installed come before the system's.
if command -v mise >/dev/null; then
  eval "$(mise activate bash --shims)"
fi

case $- in
  *i*)
    if [ -r /etc/motd ] && [ ! -e "$HOME/.hushlogin" ]; then cat /etc/motd; fi
    cd "$WORKSPACE" 2>/dev/null || true
    ;;
esac
