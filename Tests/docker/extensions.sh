#!/usr/bin/env bash
# Tests the project's own extensions: the contract, the languages with a mise that writes down what
# it is asked for, and what extensions write into the developer's home.
# shellcheck disable=SC2016 # what stands in files is expanded there
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

export SINDRI_STATE=$folder/state HOME=$folder/home CALLS=$folder/calls SHIMS=$folder/shims
DEVELOPER_USER=$(id -un)
export DEVELOPER_USER
manager=$root/docker/lib/extension-manager.sh
own=$root/docker/lib/extensions.d
mkdir -p "$HOME" "$folder/bin"

# --- The contract ---
mapfile -t names < <(
  find "$own" -mindepth 1 -maxdepth 1 -type d ! -name template -printf '%f\n' | sort
)
for name in "${names[@]}"; do
  expect 0 "ok" "$name fulfils the contract" "$manager" check "$name"
done
for name in nodejs python golang rust ruby php jvm dotnet nodejs-devtools github-cli docker \
  playwright tmux-workspace monitoring infra-tools cloud-tools ai-tools claude-marketplace agent-manager \
  context-loader openskills claude-auth-with-api-key xfce-ubuntu guacamole; do
  expect 0 "EXT_NAME" "there is an extension $name" grep '^EXT_NAME=' "$own/$name/$name.extension"
done
if command -v shellcheck >/dev/null; then
  mapfile -t scripts < <(find "$own" -type f \( -name '*.extension' -o -perm -u+x \))
  expect 0 "" "shellcheck finds nothing in them" shellcheck -x "${scripts[@]}"
else
  echo "SKIPPED: shellcheck on the extensions, because it is not installed (make lint runs it, too)"
fi
manifest=$root/docker/config/active-extensions.conf
while IFS= read -r name; do
  expect 0 "name: " "the image's list names $name" "$manager" info "$name"
done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$manifest")
mkdir "$folder/others"
cp -r "$own/template" "$folder/others/my-tool"
mv "$folder/others/my-tool/NAME.extension" "$folder/others/my-tool/my-tool.extension"
sed -i 's/NAME$/my-tool/; s/=NAME/=my-tool/' "$folder/others/my-tool/my-tool.extension"
expect 0 "my-tool                   ok" "an extension can be made from the template" \
  env SINDRI_EXTENSIONS="$folder/others" "$manager" check

# --- A system that writes down what it is asked for ---
# mise: `use` makes commands for the tool, `unuse` takes them away, `exec` runs one of them.
cat >"$folder/bin/mise" <<'SCRIPT'
#!/usr/bin/env bash
set -euo pipefail
commands_of() {
  case $1 in
    node) echo node npm ;;
    python) echo python3 ;;
    go) echo go ;;
    rust) echo rustc cargo ;;
    ruby) echo ruby gem bundle ;;
    java) echo java ;;
    maven) echo mvn ;;
    gradle) echo gradle ;;
    dotnet) echo dotnet ;;
    *)
      echo "no such tool: $1" >&2
      exit 1
      ;;
  esac
}
echo "mise $*" >>"$CALLS"
case $1 in
  use | unuse)
    [ "$2 $3" = "--global --yes" ] || { echo "unexpected: $*" >&2; exit 1; }
    mkdir -p "$SHIMS"
    for command in $(commands_of "${4%@*}"); do
      if [ "$1" = use ]; then cp "$SHIM" "$SHIMS/$command"; else rm -f "$SHIMS/$command"; fi
    done
    ;;
  upgrade) ;;
  exec)
    [ "$2" = -- ] || { echo "unexpected: $*" >&2; exit 1; }
    shift 2
    PATH=$SHIMS:$PATH exec "$@"
    ;;
  *) echo "unexpected: $*" >&2; exit 1 ;;
esac
SCRIPT
# A tool: answers 42 to everything, and makes the files that it is asked for.
cat >"$folder/shim" <<'SCRIPT'
#!/usr/bin/env bash
set -euo pipefail
name=${0##*/}
[ ! -e "$CALLS.broken" ] || exit 1
case "$name $*" in
  "python3 -m venv "*)
    mkdir -p "$3/bin"
    printf '#!/bin/sh\necho pip\n' >"$3/bin/pip"
    chmod 755 "$3/bin/pip"
    ;;
  "rustc -o "*) printf '#!/bin/sh\necho 42\n' >"$2" && chmod 755 "$2" ;;
  "dotnet new console --output "*) mkdir -p "$4" ;;
  "gradle --version") echo Gradle 8 ;;
  "php -r "*mb_strlen*) echo 2 ;;
  *) echo 42 ;;
esac
SCRIPT
# System packages: installed are those in a file; `companion` comes along with each installation.
cat >"$folder/bin/dpkg-query" <<'SCRIPT'
#!/usr/bin/env bash
case $3 in
  *Package*) sed 's/^/installed /' "$PACKAGES" ;;
  *) grep -qxF -- "${*: -1}" "$PACKAGES" && echo installed ;;
esac
SCRIPT
cat >"$folder/bin/apt-get" <<'SCRIPT'
#!/usr/bin/env bash
words=()
for word in "$@"; do
  case $word in -o | -qq | -y | *::*) ;; *) words+=("$word") ;; esac
done
echo "apt-get ${words[*]}" >>"$CALLS"
case ${words[0]} in
  install)
    printf '%s\n' "${words[@]:2}" companion | sort -u - "$PACKAGES" -o "$PACKAGES"
    for word in "${words[@]:2}"; do
      case $word in php-cli | composer) cp "$SHIM" "$SHIMS/${word%-cli}" ;; esac
    done
    [ ! -e "$CALLS.cut-off" ] || exit 100
    ;;
  --simulate)
    sed 's/^/Remv /' "$PACKAGES.auto"
    grep -vxFf "$PACKAGES.auto" "$PACKAGES" | grep -qvE '^(base-package|unzip|companion)$' ||
      printf 'Remv companion [1]\nRemv unzip [1]\n'
    ;;
  purge)
    printf '%s\n' "${words[@]:1}" | grep -vxFf - "$PACKAGES" >"$PACKAGES.left"
    mv "$PACKAGES.left" "$PACKAGES"
    rm -f "$SHIMS/php" "$SHIMS/composer"
    ;;
esac
SCRIPT
cat >"$folder/bin/apt-mark" <<'SCRIPT'
#!/usr/bin/env bash
shift
printf '%s\n' "$@" >"$PACKAGES.auto"
SCRIPT
printf '#!/bin/sh\ncase $2 in absent) ;; *) echo "$2 | 1" ;; esac\n' >"$folder/bin/apt-cache"
printf '#!/bin/sh\nexit 0\n' >"$folder/bin/dpkg"
# Nobody becomes root, and no package list is touched.
printf '#!/bin/sh\nshift 2\n[ "$1" = rm ] || exec "$@"\n' >"$folder/bin/sudo"
printf '#!/bin/sh\ncase $1 in -u) echo 1000 ;; *) exec /usr/bin/id "$@" ;; esac\n' >"$folder/bin/id"
chmod 755 "$folder/bin/"* "$folder/shim"
export SHIM=$folder/shim PACKAGES=$folder/packages
mkdir -p "$SHIMS"
printf 'base-package\nunzip\n' >"$PACKAGES"

recorded() { # COMMAND...: the manager, with the recording system in place of the real one
  : >"$CALLS"
  PATH=$folder/bin:$SHIMS:$PATH "$manager" "$@"
}
calls() { grep -E "^($1)" "$CALLS" | paste -sd ,; }
left() {
  find "$SHIMS" "$SINDRI_STATE" "$HOME" -type f ! -empty
  grep -vxE 'base-package|unzip' "$PACKAGES" || true
}
nothing_left() { [ -z "$(left)" ] || { left; return 1; }; }

# language NAME USES UNUSES VALIDATION
language() {
  local name=$1 uses=$2 unuses=$3 validation=$4
  expect 0 "installed $name" "$name installs" recorded install "$name"
  expect 0 "$uses" "$name: mise is asked for its tools" calls 'mise use|apt-get install'
  expect 0 "$validation" "$name: it is tried out" cat "$CALLS"
  expect 0 " is installed" "$name: a second time" recorded install "$name"
  expect 1 "" "$name: mise is not asked again" grep . "$CALLS"
  expect 0 "ok" "$name validates" recorded validate "$name"
  expect 0 "42" "$name has a status" recorded status "$name"
  touch "$CALLS.broken"
  expect 1 "FAILED" "$name: what no longer works does not validate" recorded validate "$name"
  rm "$CALLS.broken"
  expect 0 "is up to date" "$name upgrades" recorded upgrade "$name"
  expect 0 "removed $name" "$name is removed" recorded uninstall "$name"
  expect 0 "$unuses" "$name: mise is told" calls 'mise unuse|apt-get purge'
  expect 0 "" "$name: nothing is left" nothing_left
  touch "$CALLS.broken"
  expect 1 "not installed: $name" "$name: one that does not work is not installed" \
    recorded install "$name"
  rm "$CALLS.broken"
  expect 0 "$unuses" "$name: it is taken back" calls 'mise unuse|apt-get purge'
  expect 0 "" "$name: nothing is left of that" nothing_left
}
use="mise use --global --yes"
unuse="mise unuse --global --yes"
language nodejs "$use node@24" "$unuse node" "mise exec -- node --eval"
language python "$use python@3.13" "$unuse python" "mise exec -- python3 -m venv"
language golang "$use go@1.25" "$unuse go" "go run"
language rust "$use rust@1.90.0" "$unuse rust" "mise exec -- rustc -o"
language ruby "apt-get install --no-install-recommends libyaml-dev,$use ruby@3.4" \
  "$unuse ruby,apt-get purge companion libyaml-dev" "mise exec -- ruby -rjson"
language php "apt-get install --no-install-recommends php-cli php-curl" "apt-get purge companion composer php-cli" \
  "apt-get install"
language jvm "$use java@temurin-21,$use maven@3.9,$use gradle@8" \
  "$unuse java,$unuse maven,$unuse gradle" "mise exec -- java"
language dotnet "apt-get install --no-install-recommends libicu-dev,$use dotnet@10" \
  "$unuse dotnet,apt-get purge companion libicu-dev" "dotnet run --project"

# --- Without mise ---
mv "$folder/bin/mise" "$folder/bin/no-mise"
cp "$SHIM" "$SHIMS/python3"
expect 1 "only mise has it" "a tool that only mise has is refused without it" \
  recorded install infra-tools
rm "$SHIMS/python3"
expect 0 "" "with nothing left of it" nothing_left
mv "$folder/bin/no-mise" "$folder/bin/mise"

# --- System packages ---
shared() { # NAME PACKAGE...
  local name=$1
  shift
  mkdir -p "$folder/shared/$name"
  cat >"$folder/shared/$name/$name.extension" <<TEXT
EXT_NAME=$name EXT_VERSION=1.0 EXT_DESCRIPTION="made up" EXT_CATEGORY=tools EXT_REQUIRES=""
extension_install() { install_packages $*; }
extension_validate() { :; }
extension_status() { :; }
extension_uninstall() { remove_packages; }
TEXT
}
shared one base-package "'absent|tool'" common
shared two common other
shared none "'absent|absent'"
packaged() { SINDRI_EXTENSIONS=$folder/shared recorded "$@"; }
packages() { paste -sd ' ' "$PACKAGES"; }
expect 0 "" "packages are installed" packaged install one
expect 0 "apt-get install --no-install-recommends tool common" \
  "those that are missing, and of two the one there is" calls 'apt-get install'
expect 0 "" "more of them" packaged install two
expect 0 "apt-get install --no-install-recommends other" "what is there is not asked for" \
  calls 'apt-get install'
expect 0 "" "one is removed" packaged uninstall one
expect 0 "base-package common companion other unzip" "what was there, or another needs, stays" packages
expect 0 "" "the other is removed" packaged uninstall two
expect 0 "base-package unzip" "and all that came goes" packages
touch "$CALLS.cut-off"
expect 1 "not installed: one" "an installation that is cut off fails" packaged install one
rm "$CALLS.cut-off"
expect 0 "base-package unzip" "what it had brought goes" packages
expect 1 "package sources of this system have no absent" "a package that is nowhere is named" \
  packaged install none

# --- Files in the developer's home ---
settings=$HOME/.claude/settings.json
json() { jq -c "$1" "$settings"; }
nothing_at_home() { [ -z "$(find "$HOME" -mindepth 1)" ] || { find "$HOME"; return 1; }; }
printf 'jq\n' >>"$PACKAGES"
expect 0 "installed claude-marketplace" "Claude Code's settings are made" recorded install \
  claude-marketplace
expect 0 '{"source":{"source":"github","repo":"anthropics/skills"}}' \
  "they are what Claude Code reads" json '.extraKnownMarketplaces["anthropic-agent-skills"]'
expect 0 "installed context-loader" "a second extension adds to them" \
  recorded install context-loader
expect 0 "$HOME/.local/bin/load-context" "a hook" json '.hooks.SessionStart[0].hooks[0].command'
expect 0 "removed claude-marketplace" "the first takes back what is its own" \
  recorded uninstall claude-marketplace
expect 0 '["hooks"]' "and no more" json keys
expect 0 "removed context-loader" "so does the second" recorded uninstall context-loader
expect 0 "" "and then nothing is left" nothing_at_home

mkdir -p "$HOME/.claude"
printf '{"model":"opus","extraKnownMarketplaces":{"anthropic-agent-skills":{"source":"mine"}}}\n' \
  >"$settings"
chmod 600 "$settings"
before=$(jq -S . "$settings")
expect 0 "which is set already" "what the developer has set is not overwritten" \
  recorded install claude-marketplace context-loader
expect 0 '{"source":"mine"}' "it stays" json '.extraKnownMarketplaces["anthropic-agent-skills"]'
expect 0 '"opus"' "and the rest, too" json .model
expect 0 "600" "with its permissions" stat -c %a "$settings"
recorded uninstall claude-marketplace context-loader 2>/dev/null
expect 0 "$before" "all as before at the end" jq -S . "$settings"
printf 'not JSON\n' >"$settings"
expect 1 "does not hold a JSON object; it was left alone" "a file that is no JSON is refused" \
  recorded install claude-marketplace
expect 0 "not JSON" "and left alone" cat "$settings"
rm -r "$HOME/.claude"

expect 0 "installed agent-manager" "agents are installed" recorded install agent-manager
agents=$HOME/.local/bin/agent-manager
expect 0 "  reviewer" "none is enabled" "$agents" list
expect 0 "" "one can be enabled" "$agents" enable reviewer
expect 0 "* reviewer" "and is listed" "$agents" list
expect 0 "name: reviewer" "Claude Code finds it" cat "$HOME/.claude/agents/reviewer.md"
expect 1 "there is no agent nobody" "an unknown one is refused" "$agents" enable nobody
expect 1 "not a name" "a path is no name" "$agents" enable ../reviewer
printf 'mine\n' >"$HOME/.claude/agents/tester.md"
expect 1 "is not ours" "one of the developer's own is not replaced" "$agents" enable tester
printf 'changed\n' >>"$HOME/.local/share/sindri/agents/tester.md"
expect 0 "kept ~/.local/share/sindri/agents/tester.md" "what was changed is not removed" \
  recorded uninstall agent-manager
expect 0 "changed" "it is still there" cat "$HOME/.local/share/sindri/agents/tester.md"
expect 0 "mine" "so is the developer's own" cat "$HOME/.claude/agents/tester.md"
expect 1 "" "what was enabled is not" test -L "$HOME/.claude/agents/reviewer.md"
rm -r "${HOME:?}"/.claude "$HOME/.local"

# --- A file that changes with its extension ---
mkdir -p "$folder/shared/filed"
printf 'one\n' >"$folder/shared/filed/file"
cat >"$folder/shared/filed/filed.extension" <<'TEXT'
EXT_NAME=filed EXT_VERSION=1.0 EXT_DESCRIPTION="made up" EXT_CATEGORY=tools EXT_REQUIRES=""
extension_install() { install_home_file 640 "$EXT_FOLDER/file" "a folder/file"; }
extension_validate() { :; }
extension_status() { :; }
extension_uninstall() { remove_home_files; }
TEXT
filed="$HOME/a folder/file"
expect 0 "installed filed" "a file is installed" packaged install filed
expect 0 "640" "with its permissions" stat -c %a "$filed"
printf 'two\n' >"$folder/shared/filed/file"
expect 0 "up to date" "an upgrade brings the new one" packaged upgrade filed
expect 0 "two" "where it was as it was written" cat "$filed"
printf 'mine\n' >"$filed"
printf 'three\n' >"$folder/shared/filed/file"
expect 0 "kept ~/a folder/file" "an upgrade keeps what was changed" packaged upgrade filed
expect 0 "mine" "as it is" cat "$filed"
expect 0 "kept ~/a folder/file" "and so does the removal" packaged uninstall filed
expect 0 "mine" "which leaves it" cat "$filed"
expect 0 "installed filed" "what is there before is not taken over" packaged install filed
expect 0 "removed filed" "it is not ours" packaged uninstall filed
expect 0 "mine" "and stays" cat "$filed"
rm -r "$HOME/a folder"
ln -s nowhere "$HOME/a folder"
expect 1 "not installed: filed" "a folder that is a dead link is no place" packaged install filed
expect 0 "nowhere" "and is left alone" readlink "$HOME/a folder"
rm "$HOME/a folder"

# --- The context loader ---
mkdir -p "$folder/project/.context" "$folder/workspace/config/context"
printf 'first\n' >"$folder/project/CONTEXT.md"
printf 'second\n' >"$folder/project/.context/a b.md"
printf 'third\n' >"$folder/workspace/config/context/all.md"
load() {
  env CLAUDE_PROJECT_DIR="$folder/project" WORKSPACE="$folder/workspace" "$@" \
    "$own/context-loader/load-context"
}
order() { load "$@" | grep -E '^(first|second|third)$' | paste -sd ' '; }
expect 0 "first second third" "context files are printed in order" order
expect 0 "a b.md was left out: 7 bytes" "a file that is too large is left out" \
  load LOAD_CONTEXT_BYTES=12

# --- The API key ---
key=sk-ant-trial-0123456789abcdef
key_file=$HOME/.config/sindri/anthropic-api-key
output_of() { # everything that an installation prints
  ANTHROPIC_API_KEY=$key recorded install claude-auth-with-api-key 2>&1
  recorded status 2>&1
  recorded validate 2>&1
  recorded info claude-auth-with-api-key 2>&1
}
expect 1 "no key" "without a key nothing is installed" env -u ANTHROPIC_API_KEY \
  PATH="$folder/bin:$PATH" "$manager" install claude-auth-with-api-key
expect 0 "" "and nothing is left" nothing_at_home
expect 1 "does not look like an API key" "what is no key is refused" \
  env ANTHROPIC_API_KEY='x; id' PATH="$folder/bin:$PATH" "$manager" install claude-auth-with-api-key
shown=$(output_of)
expect 0 "installed claude-auth-with-api-key" "with a key it is" echo "$shown"
expect 1 "" "the key is not printed" grep -F "$key" <(echo "$shown")
expect 0 "600 700" "only the developer can read it" \
  sh -c 'stat -c %a "$1" "${1%/*}" | paste -sd " "' - "$key_file"
expect 1 "" "it is nowhere else" \
  grep -rlF --exclude=anthropic-api-key "$key" "$HOME" "$SINDRI_STATE"
expect 0 "$HOME/.local/bin/anthropic-api-key" "Claude Code is told whom to ask" json .apiKeyHelper
expect 0 "$key" "who answers" "$HOME/.local/bin/anthropic-api-key"
expect 0 "removed" "it is removed" recorded uninstall claude-auth-with-api-key
expect 0 "" "with the key" nothing_at_home
printf '%s\n' "$key" >"$folder/secret"
expect 0 "installed" "the key can come from a file" env ANTHROPIC_API_KEY_FILE="$folder/secret" \
  PATH="$folder/bin:$PATH" "$manager" install claude-auth-with-api-key
expect 0 "$key" "it is the same" cat "$key_file"

finish
