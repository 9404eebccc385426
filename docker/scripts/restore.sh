#!/usr/bin/env bash
# Takes the workspace back from an archive that backup.sh has made.
set -euo pipefail

workspace=${WORKSPACE:-/workspace}
force=
check=
staging=
replaced=
moved=()
placed=()

usage() {
  cat <<'TEXT'
usage: sindri-restore [--force] [--check] ARCHIVE

  --check   only says whether the archive is whole and safe to restore
  --force   replaces what is in the way; it is kept in WORKSPACE/backups/replaced-DATE-TIME

Without --force nothing in the workspace may be in the way; empty folders are not. The archive is
unpacked beside the workspace's content first, which changes only when all of it is there.
TEXT
}

say() { printf 'restore: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
misuse() {
  usage >&2
  say "error: $*"
  exit 2
}

# Puts everything back where it was, if restoring did not come to its end.
clean_up() {
  local index entry
  for entry in "${placed[@]}"; do
    if [ -e "$staging/$entry" ] || [ -L "$staging/$entry" ]; then continue; fi
    mv --no-target-directory -- "$workspace/$entry" "$staging/$entry" || true
  done
  for ((index = 0; index < ${#moved[@]}; index++)); do
    mv --no-target-directory -- "$replaced/${moved[index]}" "$workspace/${moved[index]}" || true
  done
  [ -z "$replaced" ] || rmdir -- "$replaced" 2>/dev/null || true
  [ -z "$staging" ] || rm -rf -- "$staging"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

while [ $# -gt 0 ]; do
  case $1 in
    --force) force=yes ;;
    --check) check=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    -*) misuse "unknown option $1" ;;
    *) break ;;
  esac
  shift
done
[ $# -eq 1 ] || misuse "which archive?"
archive=$1
[ -f "$archive" ] || die "there is no archive $archive"
[ -r "$archive" ] || die "$archive may not be read"

# The list has one line a member, whatever is in the names, and reading it reads all of the archive.
list=$(tar --list --file="$archive" --force-local) ||
  die "$archive is damaged, or no archive; nothing was changed"
[ -n "$list" ] || die "$archive is empty; nothing was changed"
# --force-local and the checks below leave no way out of the folder that is unpacked to; tar itself
# makes links that point elsewhere only after everything else.
if outside=$(grep -m 3 -E '^/|(^|/)\.\.(/|$)' <<<"$list"); then
  die "$archive has names outside the workspace; nothing was changed:"$'\n'"$outside"
fi
kinds=$(tar --list --verbose --file="$archive" --force-local | cut -c 1 | sort -u | tr -d '\n')
case $kinds in
  *[bc]*) die "$archive has device files; nothing was changed" ;;
esac
members=$(wc -l <<<"$list")
if [ -n "$check" ]; then
  say "$archive is whole: $members files and folders"
  exit 0
fi

[ -d "$workspace" ] || die "there is no workspace at $workspace"
workspace=$(cd "$workspace" && pwd -P)
staging=$(mktemp -d -- "$workspace/.restore-XXXXXX")
tar --extract --file="$archive" --force-local --directory="$staging" --numeric-owner \
  --delay-directory-restore --anchored --no-wildcards --exclude=./backups --exclude=backups ||
  die "$archive could not be unpacked; nothing was changed"

shopt -s dotglob nullglob
there=()
in_the_way=()
for path in "$staging"/*; do
  entry=${path##*/}
  target=$workspace/$entry
  if [ ! -e "$target" ] && [ ! -L "$target" ]; then continue; fi
  there+=("$entry")
  if [ -L "$target" ] || [ ! -d "$target" ] || [ -n "$(find "$target" -mindepth 1 -print -quit)" ]
  then
    in_the_way+=("$entry")
  fi
done
if [ ${#in_the_way[@]} -gt 0 ] && [ -z "$force" ]; then
  die "nothing was changed, since these are in the way (--force keeps them in backups):" \
    "$(printf '%q ' "${in_the_way[@]}")"
fi

# What is there is moved, not deleted; each entry then takes one rename.
replaced=$workspace/backups/replaced-$(date +%Y%m%d-%H%M%S)-${staging##*-}
mkdir -p -- "$replaced"
for entry in "${there[@]}"; do
  moved+=("$entry")
  mv --no-target-directory -- "$workspace/$entry" "$replaced/$entry"
done
for path in "$staging"/*; do
  entry=${path##*/}
  placed+=("$entry")
  mv --no-target-directory -- "$path" "$workspace/$entry"
done
moved=()
placed=()
# Empty folders are worth nothing.
for entry in "${there[@]}"; do rmdir -- "$replaced/$entry" 2>/dev/null || true; done
if [ ${#in_the_way[@]} -gt 0 ]; then
  say "what was in the way is in $replaced"
else
  rmdir -- "$replaced"
fi
say "$members files and folders restored to $workspace"
