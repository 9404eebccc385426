#!/usr/bin/env bash
# Tests backup and restore of a workspace, with awkward names and hostile archives.
set -euo pipefail
# shellcheck source=Tests/docker/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

backup=$root/docker/scripts/backup.sh
restore=$root/docker/scripts/restore.sh
export WORKSPACE=$folder/workspace
work=$WORKSPACE

fill() {
  rm -rf "$work"
  mkdir -p "$work"/{projects/one,config,scripts,backups}
  printf 'text\n' >"$work/projects/one/a file"
  printf 'x\n' >"$work/projects/one/"$'new\nline'
  printf 'x\n' >"$work/projects/one/--force"
  printf 'x\n' >"$work/projects/one/"$'\xff\xfe'
  printf 'x\n' >"$work/projects/one/a:b*[c]\\"
  printf '#!/bin/sh\n' >"$work/scripts/run"
  chmod 750 "$work/scripts/run"
  touch -d '2020-02-02 02:02:02' "$work/scripts/run"
  ln -s /etc/passwd "$work/projects/absolute"
  ln -s "one/a file" "$work/projects/relative"
  ln -s nowhere "$work/projects/dangling"
  ln "$work/scripts/run" "$work/scripts/same"
  mkfifo "$work/projects/pipe"
  : >"$work/.hidden"
  mkdir "$work/projects/node_modules"
  : >"$work/projects/node_modules/big"
}
empty_workspace() {
  rm -rf "$work"
  mkdir -p "$work"/{projects,config,scripts,backups}
}
# Everything about the tree that must come back.
picture() {
  (cd "$work" && find . -path ./backups -prune -o -printf '%P %y %m %l %n\0' | sort -z | tr '\0' '\n')
  (cd "$work" && find . -path ./backups -prune -o -type f -exec sha256sum {} + | sort)
}
same_as() { [ "$(picture)" = "$(cat "$folder/$1")" ]; }
only_file() { [ "$(find "$1" -mindepth 1 -printf '%f\n')" = "$2" ]; }
no_staging() { [ -z "$(find "$work" "$folder/kept" -name '.restore-*' -o -name '.backup-*')" ]; }

# --- Backup ----------------------------------------------------------------------------------

fill
mkdir "$folder/kept"
archive=$folder/kept/one.tar.gz
picture >"$folder/before"
expect 0 "$archive" "a backup says where it is" "$backup" "$archive"
expect 0 "" "and leaves nothing else" only_file "$folder/kept" one.tar.gz
expect 1 "exists; --force" "a second one does not replace it" "$backup" "$archive"
expect 0 "$archive" "with --force it does" "$backup" --force "$archive"
ln -s nowhere "$folder/kept/link.tar.gz"
expect 1 "exists" "nor is a link written through" "$backup" "$folder/kept/link.tar.gz"
rm "$folder/kept/link.tar.gz"
expect 0 "/backups/workspace-" "without a name it goes to the backups" "$backup"
expect 0 "$folder/kept/two.tar.xz" "xz works too" "$backup" "$folder/kept/two.tar.xz"
expect 2 "must end in" "other names are refused" "$backup" "$folder/kept/x.zip"
expect 2 "unknown option" "other options, too" "$backup" --wat
expect 2 "--exclude needs" "an exclusion needs a pattern" "$backup" --exclude
expect 1 "no folder" "a folder that is not there is not made" "$backup" "$folder/none/x.tar.gz"
WORKSPACE=$folder/none expect 1 "no workspace" "a workspace is needed" "$backup" "$folder/x.tar.gz"
expect 0 "" "and nothing of all that stays" no_staging

members() { tar -tf "$1" --force-local; }
lacks() { ! members "$1" | grep -q "$2"; }
expect 0 "" "backups are not backed up" lacks "$archive" backups
expect 0 "" "what is excluded is left out" "$backup" --exclude node_modules "$folder/kept/three.tgz"
expect 0 "" "all of it" lacks "$folder/kept/three.tgz" node_modules
expect 0 "a file" "and nothing more" members "$folder/kept/three.tgz"
inside() { "$backup" "$work/projects/in.tar.gz" && "$backup" --force "$work/projects/in.tar.gz"; }
expect 0 "" "an archive may lie in the workspace" inside
expect 0 "" "and does not hold itself" lacks "$work/projects/in.tar.gz" 'in\.tar'
expect 0 "" "nor its beginnings" lacks "$work/projects/in.tar.gz" '\.backup-'
from_there() { (cd "$folder/kept" && "$backup" -- "-odd name.tar.gz" && "$restore" --check -- "-odd name.tar.gz"); }
expect 0 "is whole" "a name may begin with a dash" from_there
colon() { (cd "$folder/kept" && "$backup" host:x.tar.gz && "$restore" --check host:x.tar.gz); }
expect 0 "is whole" "a colon in a name names no host" colon
rm "$work/projects/in.tar.gz"

# A tar that writes something else than it says, or fails: the verification must notice.
mkdir "$folder/bin"
fake_tar() { # SCRIPT
  printf '#!/bin/bash\n%s\n' "$1" >"$folder/bin/tar"
  chmod +x "$folder/bin/tar"
}
with_fake() { PATH=$folder/bin:$PATH "$@"; }
real=$(command -v tar)
fake_tar "case \$1 in --create) $real \"\$@\" && $real -czf \"\${2#--file=}\" -C /etc hostname ;; *) exec $real \"\$@\" ;; esac"
expect 1 "does not have what was written" "a wrong archive is noticed" \
  with_fake "$backup" "$folder/kept/bad.tar.gz"
fake_tar "case \$1 in --create) $real \"\$@\" && truncate -s 100 \"\${2#--file=}\" ;; *) exec $real \"\$@\" ;; esac"
expect 1 "cannot be read back" "a short one, too" with_fake "$backup" "$folder/kept/bad.tar.gz"
fake_tar 'exit 2'
expect 1 "could not be read completely" "and a failure" with_fake "$backup" --force "$archive"
expect 0 "is whole" "which leaves the archive that was there" "$restore" --check "$archive"
fake_tar "$real \"\$@\"; s=\$?; [ \$1 != --create ] || s=1; exit \$s"
expect 0 "files changed while" "a file that changes is said and no failure" \
  with_fake "$backup" "$folder/kept/changing.tar.gz"
expect 0 "" "nothing of all that stays" no_staging
fake_tar "[ \$1 != --create ] || { touch '$folder/started'; sleep 5; }; exec $real \"\$@\""
interrupted() {
  local status=0 pid
  PATH=$folder/bin:$PATH setsid "$backup" "$folder/kept/interrupted.tar.gz" &
  pid=$!
  until [ -e "$folder/started" ]; do sleep 0.02; done
  kill -TERM -- "-$pid"
  wait "$pid" || status=$?
  return "$status"
}
expect 143 "" "a backup that is stopped ends at once" interrupted
expect 0 "" "and leaves nothing" no_staging
expect 1 "" "least of all an archive" test -e "$folder/kept/interrupted.tar.gz"

# --- Restore ---------------------------------------------------------------------------------

empty_workspace
expect 0 "restored to" "an archive restores to an empty workspace" "$restore" "$archive"
expect 0 "" "and everything is as it was" same_as before
expect 0 "2020-02-02" "also the times" stat -c %y "$work/scripts/run"
expect 1 "in the way" "it does not restore over files" "$restore" "$archive"
echo changed >"$work/projects/one/a file"
touch "$work/projects/new"
picture >"$folder/changed"
expect 1 "projects" "and names what is in the way" "$restore" "$archive"
expect 0 "" "and changes nothing" same_as changed
expect 0 "what was in the way is in" "with --force it does" "$restore" --force "$archive"
expect 0 "" "and everything is as it was again" same_as before
replaced() { cat "$work"/backups/replaced-*/projects/one/"a file"; }
expect 0 "changed" "what was there is kept" replaced
expect 0 "" "and nothing else is left" no_staging
empty_workspace
touch "$work/mine"
expect 0 "" "what is not in the way is no obstacle" "$restore" "$archive"
expect 0 "" "and stays" test -e "$work/mine"
expect 2 "which archive" "an archive must be named" "$restore"
expect 2 "unknown option" "options must be known" "$restore" --wat "$archive"
expect 1 "no archive" "an archive must be there" "$restore" "$folder/kept/none.tar.gz"
WORKSPACE=$folder/none expect 1 "no workspace" "so must the workspace" "$restore" "$archive"

# Archives that are broken, or that somebody has prepared.
empty_workspace
picture >"$folder/empty"
head -c 300 "$archive" >"$folder/kept/short.tar.gz"
expect 1 "damaged" "one that breaks off changes nothing" "$restore" "$folder/kept/short.tar.gz"
{ head -c 200 "$archive" && printf 'XXXX' && tail -c +205 "$archive"; } >"$folder/kept/bent.tar.gz"
expect 1 "damaged" "nor does one with a wrong byte" "$restore" "$folder/kept/bent.tar.gz"
printf 'no archive' >"$folder/kept/text.tar.gz"
expect 1 "damaged" "nor does something else" "$restore" "$folder/kept/text.tar.gz"
python3 - "$folder/kept" <<'PYTHON'
import io, sys, tarfile
def archive(name, *members):
    with tarfile.open(f"{sys.argv[1]}/{name}.tar.gz", "w:gz") as file:
        for path, kind, target in members:
            info = tarfile.TarInfo(path)
            info.type, info.linkname, info.size = kind, target, 0
            body = None
            if kind == tarfile.REGTYPE:
                info.size, body = len(target), io.BytesIO(target.encode())
                info.linkname = ""
            file.addfile(info, body)
reg, sym, link, char = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE
archive("dots", ("projects/../../escaped", reg, "x"))
archive("absolute", ("/tmp/sindri-escaped", reg, "x"))
archive("device", ("projects/device", char, ""))
archive("symlink", ("projects/out", sym, "../../outside"), ("projects/out/escaped", reg, "x"))
archive("absolute-symlink", ("out", sym, sys.argv[1] + "/../outside"), ("out/escaped", reg, "x"))
archive("hardlink", ("projects/passwd", link, "../../outside/secret"))
archive("hardlink-by-symlink", ("out", sym, sys.argv[1] + "/../outside"), ("p", link, "out/secret"))
archive("backups", ("backups/planted", reg, "x"), ("projects/one", reg, "x"))
PYTHON
mkdir "$folder/outside"
echo secret >"$folder/outside/secret"
expect 1 "names outside" "a name with .. is refused" "$restore" "$folder/kept/dots.tar.gz"
expect 1 "names outside" "an absolute name is refused" "$restore" "$folder/kept/absolute.tar.gz"
expect 1 "device files" "a device is refused" "$restore" "$folder/kept/device.tar.gz"
expect 0 "" "none of them changes anything" same_as empty
nothing_escaped() {
  only_file "$folder/outside" secret && [ ! -e "$folder/escaped" ] &&
    [ "$(cat "$folder/outside/secret")" = secret ] &&
    [ "$(stat -c %h "$folder/outside/secret")" = 1 ]
}
for name in symlink absolute-symlink hardlink hardlink-by-symlink; do
  empty_workspace
  "$restore" "$folder/kept/$name.tar.gz" >/dev/null 2>&1 || true
  expect 0 "" "$name: nothing is written outside" nothing_escaped
  expect 0 "" "$name: and nothing is left over" no_staging
done
empty_workspace
rmdir "$work/projects"
ln -s "$folder/outside" "$work/projects"
expect 1 "in the way" "a link in the workspace is in the way" "$restore" "$archive"
expect 0 "" "and with --force replaced" "$restore" --force "$archive"
expect 0 "" "not followed" nothing_escaped
empty_workspace
expect 0 "" "backups in an archive" "$restore" "$folder/kept/backups.tar.gz"
expect 0 "" "are not taken for backups" only_file "$work/backups" ""

# A rename that fails in the middle: everything goes back to where it was.
fill
picture >"$folder/before"
cat >"$folder/bin/mv" <<SCRIPT
#!/bin/bash
case \$* in *.restore-*/scripts*"$work/scripts") exit 1 ;; esac
exec $(command -v mv) "\$@"
SCRIPT
chmod +x "$folder/bin/mv"
rm "$folder/bin/tar"
expect 1 "" "a restore that fails in the middle fails" with_fake "$restore" --force "$archive"
expect 0 "" "and puts everything back" same_as before
expect 0 "" "and leaves nothing over" no_staging

finish
