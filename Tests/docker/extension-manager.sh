#!/usr/bin/env bash
# Tests the extension manager with extensions made up for the purpose.
# shellcheck disable=SC2016 # what the extensions are made of is expanded by them
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# Each extension writes down what is called; what it brings is a file in $HERE.
export SINDRI_EXTENSIONS=$folder/extensions SINDRI_STATE=$folder/state \
  SINDRI_ACTIVE_EXTENSIONS=$folder/active LOG=$folder/log HERE=$folder/here HOME=$folder/home
DEVELOPER_USER=$(id -un)
export DEVELOPER_USER
manager=$root/docker/lib/extension-manager.sh
mkdir -p "$HERE" "$HOME"

extension() { # NAME REQUIRES [INSTALL [VALIDATE [UNINSTALL]]]
  mkdir -p "$SINDRI_EXTENSIONS/$1"
  cat >"$SINDRI_EXTENSIONS/$1/$1.extension" <<TEXT
EXT_NAME=$1 EXT_VERSION=1.0 EXT_DESCRIPTION="made up" EXT_CATEGORY=tools EXT_REQUIRES="$2"
extension_install() { echo "install $1" >>"\$LOG"; touch "\$HERE/$1"; ${3:-:}; }
extension_validate() { echo "validate $1" >>"\$LOG"; ${4:-:}; }
extension_status() { echo "$1 1.0"; }
extension_uninstall() { echo "uninstall $1" >>"\$LOG"; ${5:-:}; rm -f "\$HERE/$1"; }
TEXT
}
reset() { rm -rf "$SINDRI_STATE" "$LOG" "${HERE:?}"/*; }
log() { paste -sd , "$LOG"; }
here() { find "$HERE" -type f -printf '%f\n' | sort | paste -sd ' '; }
nothing_here() { [ -z "$(here)" ] && [ -z "$(find "$SINDRI_STATE" -type f)" ]; }
fresh() { # COMMAND...: runs it with nothing installed
  reset
  "$@"
}

extension first ""
extension second first
extension third "second first"
extension circle-a circle-b
extension circle-b circle-a
extension own own
extension broken "" "false; echo unreached >>\"\$LOG\""
extension invalid "" : false
extension needs-broken "second broken"
extension lacking nowhere
extension stubborn "" false : '[ -e "$HERE/may-go" ]'

# --- Order ---
expect 0 "installed third" "an extension installs" "$manager" install third
each_once="install first,validate first,install second,validate second,"
expect 0 "${each_once}install third,validate third" "what it requires comes first, each once" log
expect 0 "third 1.0 is installed" "a second run says so" "$manager" install third
expect 0 6 "and does nothing" grep -c . "$LOG"
expect 2 "circle-a -> circle-b -> circle-a" "a circle is refused" "$manager" install circle-a
expect 2 "own -> own" "a circle of one, too" "$manager" install own
expect 2 "circle-a -> circle-b" "and nothing is begun" fresh "$manager" install first circle-b
expect 1 "" "nothing at all" test -e "$LOG"

# --- Names ---
expect 2 "there is no extension nowhere" "an unknown name is refused" "$manager" install nowhere
expect 2 "did you mean second?" "the nearest name is suggested" "$manager" install secnod
expect 2 "did you mean stubborn?" "so is one that was cut short" "$manager" info stub
expect 2 "(required by lacking)" "what is required must be there" \
  "$manager" install lacking
for name in '../first;id' 'first;touch x' '$(touch x)' '`touch x`' 'first second' $'first\n' \
  -rf '' 'Ä' First '*'; do
  for command in install uninstall info validate status upgrade check; do
    expect 2 "not a name" "$(printf '%s %q is refused' "$command" "$name")" \
      "$manager" "$command" "$name"
  done
done
expect 1 "" "no shell has seen those names" test -e "$root/x"

# --- A failed installation ---
expect 1 "not installed: broken" "a failed install fails" fresh "$manager" install broken
expect 0 "install broken,uninstall broken" "it stops at once and is removed again" log
expect 0 "" "nothing is left of it" nothing_here
expect 1 "not installed: invalid" "an install that does not work fails" \
  fresh "$manager" install invalid
expect 0 "" "nothing is left of that either" nothing_here
expect 1 "not installed: needs-broken" "what is required fails" \
  fresh "$manager" install needs-broken
expect 0 "uninstall broken,uninstall second,uninstall first" \
  "what came along goes again, last first" log
expect 0 "" "nothing is left of all three" nothing_here
reset
"$manager" install first 2>/dev/null
expect 1 "" "it fails where some of it was there before" "$manager" install needs-broken
expect 0 "first" "what was there before stays" here
expect 1 "not installed: broken" "what can be installed is" fresh "$manager" install broken second
expect 0 "first second" "the others were not held up" here
expect 1 "the next run tries again" "what cannot be removed is said" \
  fresh "$manager" install stubborn
expect 0 "! stubborn" "and marked" "$manager" list
expect 0 "half" "info says it, too" "$manager" info stubborn
touch "$HERE/may-go"
expect 0 "removed what the installation of stubborn had done" "the next run removes it" \
  "$manager" install first
expect 0 "first may-go" "nothing is left of it then" here

# --- Interruption ---
extension slow first 'sleep 60 & echo $! >"$HERE/pid"; wait'
# Sends a signal to a manager in the middle of an installation.
interrupt() { # SIGNAL NAME
  local status=0 process
  reset
  "$manager" install "$2" &
  process=$!
  for _ in $(seq 100); do
    [ ! -s "$HERE/pid" ] || break
    sleep 0.05
  done
  pid=$(<"$HERE/pid")
  rm -f "$HERE/pid"
  kill "-$1" "$process"
  wait "$process" || status=$?
  if kill "$pid" 2>/dev/null; then
    echo "it was still running"
    [ "$1" = KILL ] || status=1
  fi
  return "$status"
}
expect 143 "interrupted" "a signal ends an installation" interrupt TERM slow
expect 0 "install slow,uninstall slow,uninstall first" "and rolls it back" log
expect 0 "" "nothing is left of it" nothing_here
expect 129 "removed what the installation of slow had done" "so does a hang-up" interrupt HUP slow
expect 137 "it was still running" "a kill cannot be cleaned up after" interrupt KILL slow
expect 0 "first slow" "so something is left" here
expect 0 "removed what the installation of slow had done" "which the next run removes" \
  "$manager" install second
expect 0 "first second" "before it installs" here

# --- One at a time ---
extension waits "" \
  'touch "$HERE/begun"; for _ in $(seq 200); do [ ! -e "$HERE/go" ] || break; sleep 0.05; done'
reset
"$manager" install waits 2>/dev/null &
for _ in $(seq 100); do
  [ ! -e "$HERE/begun" ] || break
  sleep 0.05
done
expect 1 "still at work; nothing was done" "a second run waits its time" \
  env SINDRI_LOCK_SECONDS=0 "$manager" install first
expect 0 "! waits" "reading waits for nobody" "$manager" list
"$manager" install second 2>"$folder/second" &
for _ in $(seq 100); do
  ! grep -q waiting "$folder/second" || break
  sleep 0.05
done
touch "$HERE/go"
wait
expect 0 "waiting for it" "a second run says that it waits" cat "$folder/second"
expect 0 "install waits,validate waits,install first" "and starts when the first has ended" log
extension nested "" "\"$manager\" install first"
expect 1 "nested must not call the extension manager" "an extension cannot call the manager" \
  fresh "$manager" install nested
extension daemon "" 'sleep 30 >/dev/null 2>&1 & echo $! >"$HERE/pid"'
expect 0 "installed daemon" "an extension may leave a process running" \
  fresh "$manager" install daemon
expect 0 "installed first" "which does not keep the lock" \
  env SINDRI_LOCK_SECONDS=0 "$manager" install first
kill "$(<"$HERE/pid")"

# --- Status, validation, removal ---
expect 1 "not installed" "validate fails on what is not there" fresh "$manager" validate third
"$manager" install third 2>/dev/null
expect 0 "third                     ok" "validate asks the extensions" "$manager" validate
expect 0 "    second 1.0" "status prints versions" "$manager" status second
expect 0 "* first" "list marks what is installed" "$manager" list
expect 0 "version 1.0" "info says what is installed" "$manager" info second
expect 0 "required by:  needs-broken third" "and what requires it" "$manager" info second
expect 1 "required by third" "what is required is not removed" "$manager" uninstall second
expect 0 "removed third" "what is not required is removed" "$manager" uninstall first third second
expect 0 "uninstall third,uninstall second,uninstall first" "in the right order" log
expect 0 "" "all of it" nothing_here
expect 0 "third is not installed" "and only once" "$manager" uninstall third
extension sticky "" : : 'false'
"$manager" install sticky 2>/dev/null
expect 1 "still counts as installed" "a removal can fail" "$manager" uninstall sticky
expect 0 "* sticky" "it is then still installed" "$manager" list

# --- Upgrade ---
reset
"$manager" install second 2>/dev/null
: >"$LOG"
expect 0 "first 1.0 is up to date" "upgrade brings everything up to date" "$manager" upgrade
expect 0 "install first,validate first,install second,validate second" "in order" log
sed -i 's/EXT_VERSION=1.0/EXT_VERSION=1.1/' "$SINDRI_EXTENSIONS"/*/*.extension
expect 0 "upgrade second brings 1.1" "install leaves an old version alone" "$manager" install second
expect 0 "second 1.1 is up to date (was 1.0)" "upgrade does not" "$manager" upgrade second
expect 0 "version 1.1" "the new version is recorded" "$manager" info second
expect 0 "version 1.0" "the other one was not asked for" "$manager" info first
echo 'extension_upgrade() { echo "upgrade first $SINDRI_UPGRADE" >>"$LOG"; }' \
  >>"$SINDRI_EXTENSIONS/first/first.extension"
: >"$LOG"
expect 0 "first 1.1" "an extension can have an upgrade of its own" "$manager" upgrade first
expect 0 "upgrade first 1,validate first" "which runs instead of the installation" log
echo 'extension_upgrade() { false; }' >>"$SINDRI_EXTENSIONS/second/second.extension"
expect 1 "not upgraded: second" "an upgrade can fail" "$manager" upgrade second
expect 0 "version 1.1" "what was installed is still recorded" "$manager" info second
expect 1 "third is not installed" "what is not installed is not upgraded" "$manager" upgrade third

# --- The list of active extensions ---
printf '# active\nfirst\n\n  second # with a remark\r\nfirst' >"$SINDRI_ACTIVE_EXTENSIONS"
expect 0 "installed second" "install-all follows the list" fresh "$manager" install-all
expect 0 "first second" "all of it, to a last line without an end" here
expect 0 "second 1.1 is installed" "a second run finds all there" "$manager" install-all
printf 'first\nfrist\n' >"$folder/wrong"
expect 2 "$folder/wrong:2: there is no extension frist; did you mean first?" \
  "a wrong list is refused, with the line" fresh "$manager" install-all "$folder/wrong"
expect 1 "" "and nothing of it is installed" test -e "$LOG"
printf 'first second\n' >"$folder/wrong"
expect 2 "wrong:1: not a name" "two names in a line are no name" \
  "$manager" install-all "$folder/wrong"
printf '# none\n' >"$folder/wrong"
expect 2 "no extension is active" "an empty list is refused" "$manager" install-all "$folder/wrong"
expect 2 "there is no list" "a list that is not there, too" "$manager" install-all "$folder/none"
mkdir -p "$folder/workspace/config"
printf 'first\n' >"$folder/workspace/config/active-extensions.conf"
expect 0 "installed first" "the workspace can have a list of its own" \
  fresh env -u SINDRI_ACTIVE_EXTENSIONS WORKSPACE="$folder/workspace" "$manager" install-all
expect 0 "first" "which then goes before the image's" here

# --- The contract ---
broken_extension() { # NAME TEXT
  mkdir -p "$SINDRI_EXTENSIONS/$1"
  printf '%s\n' "$2" >"$SINDRI_EXTENSIONS/$1/$1.extension"
}
expect 1 "there is no extension nowhere" "check finds what is required and missing" \
  "$manager" check lacking
expect 1 "circle-b -> circle-a" "check finds a circle" "$manager" check circle-b
broken_extension none ""
for text in "EXT_NAME is ''" "EXT_VERSION is ''" "EXT_DESCRIPTION is missing" "EXT_CATEGORY is ''" \
  "extension_install is not" "extension_validate is not" "extension_status is not" \
  "extension_uninstall is not"; do
  expect 1 "$text" "check finds: $text" "$manager" check none
done
broken_extension syntax "extension_install() {"
expect 1 "syntax error" "check shows a syntax error" "$manager" check syntax
expect 0 "cannot be read" "list gets past it" "$manager" list
expect 1 "cannot be read" "info says so" "$manager" info syntax
expect 2 "cannot be read" "install refuses it" "$manager" install syntax
broken_extension talks "echo hello"
expect 1 "reading it prints: hello" "check finds one that talks when it is read" \
  "$manager" check talks
expect 0 "first                     ok" "check says what is right" "$manager" check first

# --- Usage ---
expect 2 "usage" "an unknown command shows the usage" "$manager" frobnicate
expect 2 "usage" "no command, too" "$manager"
expect 2 "usage" "install without a name" "$manager" install
expect 2 "usage" "info of two" "$manager" info first second
expect 0 "usage" "help is help" "$manager" --help
expect 1 "cannot be written to" "a state folder that cannot be is said" \
  env SINDRI_STATE=/proc/none "$manager" install first

finish
