# shellcheck shell=bash
# Tools that come from package managers of their own: mise, npm and pip. Sourced, never run.
#
#   install_tools TOOL@VERSION...            by mise, for every folder of the developer
#   remove_tools TOOL@VERSION...
#   install_tool TOOL@VERSION PACKAGE...     one, by mise where the image has it, else as packages
#   remove_tool TOOL@VERSION
#   with_tools COMMAND...                    runs a command with mise's tools on its path
#   install_npm_tools NAME@VERSION...        commands go to ~/.local/bin
#   remove_npm_tools NAME@VERSION...
#   install_python_tool NAME==VERSION COMMAND...   in an environment of its own
#   remove_python_tool NAME==VERSION COMMAND...
#
# With SINDRI_UPGRADE set, what is installed is brought to the newest of its declared version.

install_tools() {
  local tool
  if ! have mise; then
    printf 'error: %s: only mise has it, and this image was built without (WITH_MISE=0)\n' "$*" >&2
    return 1
  fi
  for tool in "$@"; do
    mise use --global --yes "$tool" || return
    [ -z "${SINDRI_UPGRADE:-}" ] || mise upgrade --yes "${tool%@*}" || return
  done
}

# Takes the tools out of the developer's global configuration; mise keeps a version that some
# project's configuration still names.
remove_tools() {
  local tool
  have mise || return 0
  for tool in "$@"; do mise unuse --global --yes "${tool%@*}" || return; done
}

install_tool() {
  local tool=$1
  shift
  if have mise; then
    install_tools "$tool"
  else
    say "mise is not in this image: ${tool%@*} comes from the system's packages"
    install_packages "$@"
  fi
}

remove_tool() {
  remove_tools "$@" || return
  remove_packages
}

with_tools() {
  if have mise; then mise exec -- "$@"; else "$@"; fi
}

npm_global() { # COMMAND ARGUMENT...
  local command=$1
  shift
  with_tools npm "$command" --global --prefix "$HOME/.local" --no-fund --no-audit \
    --no-update-notifier --loglevel=error "$@"
}

install_npm_tools() { npm_global install "$@"; }

remove_npm_tools() {
  local tool present=()
  for tool in "$@"; do
    [ ! -e "$HOME/.local/lib/node_modules/${tool%@*}" ] || present+=("${tool%@*}")
  done
  [ ${#present[@]} -eq 0 ] || npm_global uninstall "${present[@]}"
}

python_environment() { printf '%s/.local/share/sindri/python/%s' "$HOME" "${1%%==*}"; }

install_python_tool() {
  local tool=$1 environment command link
  environment=$(python_environment "$tool")
  shift
  with_tools python3 -m venv "$environment" || return
  "$environment/bin/pip" install --quiet --disable-pip-version-check --no-input "$tool" || return
  mkdir -p "$HOME/.local/bin" || return
  for command in "$@"; do
    link=$HOME/.local/bin/$command
    if [ -e "$link" ] && [ "$(readlink "$link")" != "$environment/bin/$command" ]; then
      printf 'error: ~/.local/bin/%s is there already, and is not ours\n' "$command" >&2
      return 1
    fi
    ln -sfn "$environment/bin/$command" "$link" || return
  done
}

remove_python_tool() {
  local environment command link
  environment=$(python_environment "$1")
  shift
  for command in "$@"; do
    link=$HOME/.local/bin/$command
    [ "$(readlink "$link" || true)" != "$environment/bin/$command" ] || rm -f "$link"
  done
  rm -rf "$environment"
  rmdir "${environment%/*}" "$HOME/.local/share/sindri" 2>/dev/null || true
}
