# shellcheck shell=bash
# What extensions and the extension manager share. Sourced, never run.

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi
}

# Installs system packages, those that are missing; leaves no package lists behind.
install_packages() {
  local package missing=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local options=(-qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 -o APT::Update::Error-Mode=any)
  as_root apt-get "${options[@]}" update || return
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${options[@]}" \
    install -y --no-install-recommends "${missing[@]}" || return
  as_root rm -rf /var/lib/apt/lists
}

# Removes system packages, and what came only with them.
remove_packages() {
  local package present=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ] ||
      present+=("$package")
  done
  [ ${#present[@]} -gt 0 ] || return 0
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 \
    purge -y --auto-remove "${present[@]}"
}

# A language comes from mise where the image has mise, and from the system's packages otherwise.
install_language() { # TOOL@VERSION PACKAGE...
  local tool=$1
  shift
  if have mise; then
    mise use --global --yes "$tool"
  else
    say "mise is not in this image: ${tool%@*} comes from the system's packages"
    install_packages "$@"
  fi
}

remove_language() { # TOOL@VERSION PACKAGE...
  local tool=$1
  shift
  if have mise; then
    mise unuse --global "$tool" || return
    mise uninstall --all "${tool%@*}"
  else
    remove_packages "$@"
  fi
}

# Runs a command with the tools that mise manages on its path.
with_tools() {
  if have mise; then mise exec -- "$@"; else "$@"; fi
}
