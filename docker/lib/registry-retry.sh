# shellcheck shell=bash
# Fetching from registries and download hosts that fail now and then. Sourced, never run.
#
#   registry_retry COMMAND...            runs the command until it succeeds, with back-off
#   registry_fetch ADDRESS SHA256 FILE   downloads to FILE, which changes only if the checksum is right
#   registry_packages PACKAGE...         installs packages of a Debian-family system
#
# REGISTRY_RETRY_ATTEMPTS (5) and REGISTRY_RETRY_DELAY (1 s, doubled each time) set the patience;
# REGISTRY_CONNECT_SECONDS (15) and REGISTRY_STALL_SECONDS (30) the time given to a silent host.
# PACKAGE_CACHE (/var/cache/packages) holds package lists and archives while packages are installed;
# a build mounts a cache there, and where none is mounted nothing of it stays. REGISTRY_SYSTEM_ROOT is
# the system that is cleaned up afterwards, this one by default.

# Status of a command that must not be tried again: the failure is an answer, not an accident.
REGISTRY_FINAL=97
# A host that sends less than this is taken for a silent one (bytes per second).
REGISTRY_SLOWEST=1000

registry_retry() {
  local attempts=${REGISTRY_RETRY_ATTEMPTS:-5} delay=${REGISTRY_RETRY_DELAY:-1} attempt=1 status
  while true; do
    status=0
    "$@" || status=$?
    [ "$status" -ne 0 ] || return 0
    if [ "$status" -eq "$REGISTRY_FINAL" ] || [ "$attempt" -ge "$attempts" ]; then
      printf 'registry-retry: gave up after attempt %d of %d: %s\n' \
        "$attempt" "$attempts" "$*" >&2
      return "$status"
    fi
    printf 'registry-retry: attempt %d of %d failed (status %d), next in %s s: %s\n' \
      "$attempt" "$attempts" "$status" "$delay" "$*" >&2
    sleep "$delay"
    delay=$((delay * 2))
    attempt=$((attempt + 1))
  done
}

# One download. A host that says "not there" or "not allowed" is not asked again; one that is
# busy, silent or broken off in the middle is.
registry_fetch_once() { # ADDRESS FILE
  local code status=0
  code=$(curl --silent --show-error --location --fail --output "$2" --write-out '%{http_code}' \
    --proto '=http,https' --connect-timeout "${REGISTRY_CONNECT_SECONDS:-15}" \
    --speed-limit "$REGISTRY_SLOWEST" --speed-time "${REGISTRY_STALL_SECONDS:-30}" -- "$1") ||
    status=$?
  [ "$status" -ne 0 ] || return 0
  case $code in
    408 | 425 | 429) return "$status" ;;
    4??) return "$REGISTRY_FINAL" ;;
    *) return "$status" ;;
  esac
}

registry_fetch() { # ADDRESS SHA256 FILE
  local address=$1 expected=$2 file=$3 actual
  if ! registry_retry registry_fetch_once "$address" "$file.part"; then
    rm -f "$file.part"
    return 1
  fi
  actual=$(sha256sum <"$file.part")
  actual=${actual%% *}
  if [ "$actual" != "$expected" ]; then
    rm -f "$file.part"
    printf 'registry-retry: wrong checksum of %s\n  expected %s\n  got      %s\n' \
      "$address" "$expected" "$actual" >&2
    return 1
  fi
  mv "$file.part" "$file"
}

registry_packages() { # PACKAGE...
  local root=${REGISTRY_SYSTEM_ROOT:-} system folder options
  local cache=${PACKAGE_CACHE:-$root/var/cache/packages}
  # Different systems have packages of one name, version and even size: each gets its own folder.
  # shellcheck source=/dev/null
  system=$(. /etc/os-release && printf '%s-%s' "$ID" "${VERSION_ID:-rolling}") || return
  folder=$cache/$system-$(dpkg --print-architecture) || return
  options=(
    -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=2 -o APT::Update::Error-Mode=any
    -o "Dir::State::lists=$folder/lists" -o "Dir::Cache::archives=$folder/archives"
    -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Keep-Downloaded-Packages=true
    # A build that is cut off leaves no image: its files need not be safe on the disk one by one.
    -o Dpkg::Options::=--force-unsafe-io
  )
  mkdir -p "$folder" || return
  # apt downloads as a user of its own, where the system has it.
  install -d -m 700 -o "$(id -u _apt 2>/dev/null || echo 0)" \
    "$folder/lists/partial" "$folder/archives/partial" || return
  registry_retry apt-get "${options[@]}" update || return
  DEBIAN_FRONTEND=noninteractive registry_retry apt-get "${options[@]}" \
    install -y --no-install-recommends "$@" || return
  # What the sources no longer have is of no use to the next build either.
  apt-get "${options[@]}" autoclean -y || return
  mountpoint -q "$cache" || rm -rf "$cache"
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/debconf/*-old \
    "$root"/var/log/apt "$root"/var/log/dpkg.log "$root"/var/log/alternatives.log
}
