# shellcheck shell=bash
# What the tests of docker/'s scripts share. Sourced first by each of them, never run.
#
#   expect STATUS TEXT DESCRIPTION COMMAND...   the command must end with the status and print the text
#   finish                                      prints the counts; fails when a test failed
#
# $root is the repository, where the tests run; $folder is a new folder, removed at the end, when
# the functions named in `at_end` have run.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
folder=$(mktemp -d)
at_end=()
passed=0
failed=0

clean_up() {
  local step
  for step in "${at_end[@]}"; do "$step" || true; done
  rm -rf "$folder"
}
trap clean_up EXIT

expect() { # STATUS TEXT DESCRIPTION COMMAND...
  local wanted=$1 text=$2 description=$3 output status=0
  shift 3
  output=$("$@" 2>&1 </dev/null) || status=$?
  if [ "$status" -eq "$wanted" ] && [[ $output == *"$text"* ]]; then
    passed=$((passed + 1))
    printf 'ok    %s\n' "$description"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n      wanted status %d and "%s", got status %d:\n%s\n' \
      "$description" "$wanted" "$text" "$status" "$output"
  fi
}

finish() {
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
