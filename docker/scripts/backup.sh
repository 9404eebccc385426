#!/usr/bin/env bash
# Saves the workspace in an archive, which restore.sh takes back.
set -euo pipefail

workspace=${WORKSPACE:-/workspace}
force=
excludes=()
partial=

usage() {
  cat <<'TEXT'
usage: sindri-backup [--force] [--exclude PATTERN]... [ARCHIVE]

  ARCHIVE     a new file, ending in .tar.gz, .tgz or .tar.xz;
              by default WORKSPACE/backups/workspace-DATE-TIME.tar.gz
  --exclude   leaves out what has this name or path, such as node_modules
  --force     replaces an archive that exists

Everything in the workspace is saved but the folder backups. The archive appears under its name when
it is complete and has been read back.
TEXT
}

say() { printf 'backup: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
misuse() {
  usage >&2
  say "error: $*"
  exit 2
}
trap '[ -z "$partial" ] || rm -f -- "$partial" "$partial".{written,read}' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

while [ $# -gt 0 ]; do
  case $1 in
    --force) force=yes ;;
    --exclude)
      [ $# -gt 1 ] || misuse "--exclude needs a pattern"
      excludes+=("--exclude=$2")
      shift
      ;;
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
[ $# -le 1 ] || misuse "one archive at a time"

[ -d "$workspace" ] || die "there is no workspace at $workspace"
workspace=$(cd "$workspace" && pwd -P)
archive=${1:-$workspace/backups/workspace-$(date +%Y%m%d-%H%M%S).tar.gz}
case $archive in
  *.tar.gz | *.tgz) compression=--gzip ;;
  *.tar.xz) compression=--xz ;;
  *) misuse "the archive's name must end in .tar.gz, .tgz or .tar.xz: $archive" ;;
esac
[ $# -gt 0 ] || mkdir -p "$workspace/backups"
folder=$(cd "$(dirname -- "$archive")" && pwd -P) || die "there is no folder for $archive"
archive=$folder/$(basename -- "$archive")
[ ! -d "$archive" ] || die "$archive is a folder"
[ -n "$force" ] || { [ ! -e "$archive" ] && [ ! -L "$archive" ]; } ||
  die "$archive exists; --force replaces it"

partial=$(mktemp -- "$folder/.backup-XXXXXX")
# An archive in the middle of the workspace does not contain itself, nor the one that it replaces.
own=(--anchored --no-wildcards --exclude=./backups)
case $folder/ in
  "$workspace"/*)
    for file in "$partial" "$partial.written" "$archive"; do
      own+=("--exclude=./${file#"$workspace"/}")
    done
    ;;
esac

# Both lists are of one member a line, whatever is in the names.
status=0
tar --create --file="$partial" --force-local "$compression" --format=posix --verbose \
  --directory="$workspace" "${own[@]}" --no-anchored --wildcards "${excludes[@]}" . \
  >"$partial.written" || status=$?
case $status in
  0) ;;
  1) say "files changed while they were read (see above); the archive has what was read" ;;
  *) die "the workspace could not be read completely; nothing was saved" ;;
esac
tar --list --file="$partial" --force-local "$compression" >"$partial.read" ||
  die "the archive cannot be read back; nothing was saved"
cmp --silent "$partial.written" "$partial.read" ||
  die "the archive does not have what was written to it; nothing was saved"
sync -- "$partial"

members=$(wc -l <"$partial.read")
if [ -n "$force" ]; then
  mv --force --no-target-directory -- "$partial" "$archive"
else
  # A link, unlike a rename, never replaces what has appeared meanwhile.
  ln --no-target-directory -- "$partial" "$archive" || die "$archive could not be made"
fi
say "$members files and folders saved"
printf '%s\n' "$archive"
