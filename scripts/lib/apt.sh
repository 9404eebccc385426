# shellcheck shell=bash
# Installing packages of a Debian-family machine, as root or through sudo. Sourced after say.sh.

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "root is needed for: $* (run as root, or install sudo)"
  fi
}

package_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# True when the machine's package sources have a package of this name.
package_known() { [ -n "$(apt-cache show --no-all-versions "$1" 2>/dev/null)" ]; }

apt_updated=
apt_update() {
  [ -z "$apt_updated" ] || return 0
  command -v apt-get >/dev/null ||
    die "this machine has no apt-get; install by hand what is missing: $*"
  say "refreshing the package lists"
  as_root apt-get -qq -o Acquire::Retries=3 update >&2
  apt_updated=yes
}

# Installs those of the named packages that are not there yet.
apt_install() {
  local package missing=()
  for package in "$@"; do
    package_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  apt_update "${missing[@]}"
  say "installing ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 \
    -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >&2
}
