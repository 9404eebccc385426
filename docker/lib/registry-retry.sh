# shellcheck shell=bash
# Fetching from registries and download hosts that fail now and then. Sourced, never run.
#
#   registry_retry COMMAND...            runs the command until it succeeds, with back-off
#   registry_fetch ADDRESS SHA256 FILE   downloads to FILE, which exists only if the checksum is right
#
# REGISTRY_RETRY_ATTEMPTS (5) and REGISTRY_RETRY_DELAY (1 s, doubled each time) set the patience;
# REGISTRY_CONNECT_SECONDS (15) and REGISTRY_STALL_SECONDS (30) the time given to a silent host.

# Status of a command that must not be tried again: the failure is an answer, not an accident.
REGISTRY_FINAL=97

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
    --connect-timeout "${REGISTRY_CONNECT_SECONDS:-15}" \
    --speed-limit 1 --speed-time "${REGISTRY_STALL_SECONDS:-30}" "$1") || status=$?
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
  actual=$(sha256sum "$file.part")
  actual=${actual%% *}
  if [ "$actual" != "$expected" ]; then
    rm -f "$file.part"
    printf 'registry-retry: wrong checksum of %s\n  expected %s\n  got      %s\n' \
      "$address" "$expected" "$actual" >&2
    return 1
  fi
  mv "$file.part" "$file"
}
