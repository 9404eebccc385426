#!/usr/bin/env bash
# Tests the extension manager with extensions made up for the purpose.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

export SINDRI_EXTENSIONS=$folder/extensions SINDRI_STATE=$folder/state \
  SINDRI_ACTIVE_EXTENSIONS=$folder/active LOG=$folder/log
manager=docker/lib/extension-manager.sh

extension() { # NAME REQUIRES INSTALL
  mkdir -p "$SINDRI_EXTENSIONS/$1"
  cat >"$SINDRI_EXTENSIONS/$1/$1.extension" <<TEXT
EXT_NAME=$1 EXT_VERSION=1.0 EXT_DESCRIPTION=test EXT_CATEGORY=test EXT_REQUIRES="$2"
extension_install() { $3; }
extension_validate() { echo "validate $1" >>"\$LOG"; }
extension_uninstall() { echo "uninstall $1" >>"\$LOG"; }
TEXT
}
for name in first second third; do
  extension "$name" "" "echo 'install $name' >>\"\$LOG\""
done
extension second first "echo 'install second' >>\"\$LOG\""
extension third "second first" "echo 'install third' >>\"\$LOG\""
extension circle-a circle-b true
extension circle-b circle-a true
extension broken "" "false; echo unreached"
extension lacking nowhere true
printf '# active\nfirst\n\nsecond # with a remark\n' >"$SINDRI_ACTIVE_EXTENSIONS"

installs() { grep '^install' "$LOG" | paste -sd ' '; }

expect 0 "installed third" "an extension installs" "$manager" install third
expect 0 "install first install second install third" "what it requires comes first" installs
expect 0 "third 1.0 is installed" "a second run changes nothing" "$manager" install third
expect 0 "install first install second install third" "and installs nothing again" installs
expect 1 "circle-a -> circle-b -> circle-a" "a circle is refused" "$manager" install circle-a
expect 1 "was not installed" "a failed install fails" "$manager" install broken
expect 0 "uninstall broken" "and is removed again" tail -n 1 "$LOG"
expect 1 "not installed" "and does not count as installed" "$manager" validate broken
expect 1 "no extension nowhere" "an unknown name is refused" "$manager" install nowhere
expect 1 "not a name" "a name that is no name is refused" "$manager" install '../first;id'
expect 1 "required by third" "what is required is not removed" "$manager" uninstall second
expect 0 "removed third" "what is not required is removed" "$manager" uninstall third second first
expect 0 "installed second" "install-all follows the list" "$manager" install-all
expect 0 "* first" "list marks what is installed" "$manager" list
expect 1 "requires nowhere" "check finds what is wrong" "$manager" check lacking
expect 2 "usage" "an unknown command shows the usage" "$manager" frobnicate
unset SINDRI_EXTENSIONS
expect 0 "nodejs" "every extension of ours fulfils the contract" "$manager" check

finish
