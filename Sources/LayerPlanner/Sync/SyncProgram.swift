/// The program that runs in the container for as long as live sync is on: a loop in plain POSIX
/// shell that reads what `SyncScript` writes.
///
/// It leans on nothing but sh, dd, mv, rm, mkdir, chmod, chown, stat and ln as GNU and busybox have
/// them, and on tar where there is one. `read` takes a pipe byte by byte and `dd` takes exactly what
/// it was told, so nobody swallows what is meant for the next.
///
/// Nothing is written outside the target: it goes to each directory by `cd -P`, which must arrive
/// where its name says, so no link is on the way; from there on every name is one component. A file
/// is written beside its place and renamed into it.
///
/// What fails where the stream is still known makes its group fail. Where it is not (a disk that
/// fills up in the middle of a file), the program ends, and the next session takes over.
public enum SyncProgram {
  /// What the program is called in the container's list of processes.
  public static let name = "sindri-sync"

  /// What names of the program's own, temporary files begin with; never copied.
  public static let temporaryPrefix = ".sindri-sync"

  /// A process of the container. Its number may be another's later, but not with the same start.
  public struct Process: Hashable, Sendable {
    /// The number in the container.
    public let number: Int
    /// When it started, in the kernel's words (proc(5), `starttime`).
    public let start: String

    /// The process of this number that started then.
    public init(number: Int, start: String) {
      self.number = number
      self.start = start
    }
  }

  /// The command inside the container.
  ///
  /// - Parameter previous: the program of the last session with this container; the new one waits
  ///   until it has come to the end of what it was sent. Nil when there was none.
  public static func arguments(after previous: Process?) -> [String] {
    ["sh", "-c", text, name] + (previous.map { [String($0.number), $0.start] } ?? [])
  }

  /// The program's text.
  public static let text = #"""
    LC_ALL=C
    export LC_ALL
    umask 022
    exec 2>/dev/null
    IFS=' '
    tmp=.sindri-sync
    root='' owner='' stage='' bad='' lost=''
    nl='
    '

    say() { printf 'sindri %s\n' "$1"; }

    # The first thing that went wrong since the last answer.
    fail() { [ -n "$bad" ] || bad=${1%%"$nl"*}; }

    # Something went wrong where it is not known how much of the stream was taken.
    quit() {
      [ -z "$stage" ] || rm -rf "$stage"
      rm -f "./$tmp"
      say "no - ${1%%"$nl"*}"
      exit 3
    }

    # A name is "N/TEXT", where N lines more belong to it.
    name() {
      IFS= read -r name || exit 4
      more=${name%%/*} name=${name#*/}
      while [ "$more" -gt 0 ]; do
        IFS= read -r line || exit 4
        name=$name$nl$line more=$((more - 1))
      done
    }

    # Runs a program; what it says when it fails is the cause.
    run() {
      err=$(exec 2>&1; exec "$@") && return
      fail "${err:-$1 failed}"
      return 1
    }

    # Goes to the directory $1, which is made when it is missing. A link on the way is refused.
    reach() {
      cd -P "${1:-/}" && [ "$PWD" = "${1:-/}" ] && return
      if [ -L "${1:-/}" ] || [ -e "${1:-/}" ]; then
        fail "link $PWD $1"
        return 1
      fi
      [ -n "$1" ] && reach "${1%/*}" || return 1
      run mkdir "./${1##*/}" && cd -P "./${1##*/}" && [ "$PWD" = "$1" ]
    }

    # Takes away what a session that was cut off has left here.
    tidy() {
      if [ -e "$tmp" ] || [ -L "$tmp" ]; then run rm -rf "./$tmp"; fi
    }

    # Gives $1 the owner of $2; of the directory, when there is no $2 yet.
    keep() {
      if [ -n "$owner" ]; then
        run chown -h "$owner" "$1"
        return
      fi
      like=./$2
      [ -e "$like" ] || [ -L "$like" ] || like=.
      if [ -O "$like" ] && [ -G "$like" ]; then return; fi
      own=$(exec stat -c %u:%g "$like") || return
      run chown -h "$own" "$1"
    }

    # Takes a directory away that stands where something else is to be, and a link to one: mv would
    # move into it.
    clear() {
      if [ -d "./$1" ]; then run $remove "./$1"; fi
    }

    # Puts the finished temporary file into its place.
    place() {
      keep "./$tmp" "$1"
      clear "$1"
      run mv -f "./$tmp" "./$1" || rm -rf "./$tmp"
    }

    # When the process $1 started.
    started() {
      start='-'
      read -r line <"/proc/$1/stat" || return
      line=${line##*') '}
      set -- $line
      shift 19 && start=$1
    }

    # The last session's program comes to its end by itself when its stream ends.
    while [ -n "$1" ] && started "$1" && [ "$start" = "$2" ]; do sleep 0.02 || sleep 1; done

    printf 123 | {
      dd bs=2 count=1 iflag=fullblock >/dev/null || exit 1
      read -r rest
      [ "$rest" = 3 ]
    } || {
      say 'cannot dd'
      exit 5
    }
    # Another file system below a directory that goes is not the directory's.
    remove='rm -rf'
    rm --one-file-system -f "./$tmp.none" && remove='rm --one-file-system -rf'
    archive=''
    tar --version >/dev/null && archive=' tar'
    started 1
    run=$start
    started $$
    say "ready $$ $start $run$archive"

    while read -r op a b c; do
      case $op in
        s) # a target and the owner of what is in it
          name
          root=$name
          name
          owner=$name
          bad='' lost='' stage=''
          if reach "$root"; then
            stage=$root/$tmp.d
            [ ! -e "$stage" ] || run $remove "$stage"
          fi
          why=$bad
          ;;
        d) # goes to a directory
          name
          lost=1
          if [ -z "$stage" ]; then
            fail "$why"
          elif reach "$root${name:+/}$name"; then
            lost=''
            tidy
          fi
          ;;
        q) # goes to a directory if it is there
          name
          lost=1
          to=$root${name:+/}$name
          if [ -n "$stage" ] && cd -P "${to:-/}" && [ "$PWD" = "${to:-/}" ]; then
            lost=''
            tidy
          fi
          ;;
        r) # removes this many names
          set --
          while [ "$a" -gt 0 ]; do
            name
            set -- "$@" "./$name"
            a=$((a - 1))
          done
          [ -n "$lost" ] || run $remove "$@"
          ;;
        m) # directories: the mode, how many
          set --
          while [ "$b" -gt 0 ]; do
            name
            b=$((b - 1))
            [ -z "$lost" ] || continue
            if [ -d "./$name" ] && [ ! -L "./$name" ]; then
              run chmod "$a" "./$name"
            else
              if [ -e "./$name" ] || [ -L "./$name" ]; then run rm -f "./$name"; fi
              set -- "$@" "./$name"
            fi
          done
          if [ $# -gt 0 ] && run mkdir -m "$a" "$@"; then
            if [ -n "$owner" ]; then
              run chown "$owner" "$@"
            elif ! [ -O . ] || ! [ -G . ]; then
              own=$(exec stat -c %u:%g .) && run chown "$own" "$@"
            fi
          fi
          ;;
        f) # a file: the mode, blocks of 64 KiB, bytes in the last one
          name
          to=$tmp
          [ -z "$lost" ] || to=/dev/null
          if [ "$b" = 0 ]; then
            if [ "$c" = 0 ]; then
              err=$(exec 2>&1; exec >"$to")
            else
              err=$(exec 2>&1; exec dd bs="$c" count=1 iflag=fullblock >"$to")
            fi
          else
            err=$(exec 2>&1; exec dd bs=65536 count="$b" iflag=fullblock >"$to") &&
              { [ "$c" = 0 ] ||
                err=$(exec 2>&1; exec dd bs="$c" count=1 iflag=fullblock >>"$to"); }
          fi || quit "$err"
          # A stream that was cut off has no such line.
          read -r line && [ "$line" = . ] || exit 4
          [ -z "$lost" ] || continue
          if [ "$a" = 644 ] || run chmod "$a" "./$tmp"; then place "$name"; fi
          ;;
        l) # a symbolic link: its name, where it leads
          name
          link=$name
          name
          [ -z "$lost" ] || continue
          if run ln -s -- "$name" "./$tmp"; then place "$link"; fi
          ;;
        t) # an archive of this many blocks of 4 KiB
          if [ -n "$stage" ]; then
            { [ -d "$stage" ] || err=$(exec 2>&1; exec mkdir -m 700 "$stage"); } &&
              err=$(exec 2>&1
                dd bs=4096 count="$a" iflag=fullblock 2>/dev/null | tar -xpof - -C "$stage") ||
              quit "$err"
          else
            dd bs=4096 count="$a" iflag=fullblock >/dev/null || quit ''
          fi
          ;;
        p) # the files of the archive's directory of this number, into this directory
          if [ -n "$lost" ]; then continue; fi
          foreign=$owner
          if ! [ -O . ] || ! [ -G . ]; then foreign=1; fi
          for path in "$stage/$a"/*; do
            name=${path##*/}
            if [ -e "./$name" ]; then
              clear "$name"
              if [ -e "./$name" ]; then
                if ! [ -O "./$name" ] || ! [ -G "./$name" ]; then foreign=1; fi
              fi
            fi
          done
          if [ -n "$owner" ]; then
            run chown -h "$owner" "$stage/$a"/*
          elif [ -n "$foreign" ]; then
            for path in "$stage/$a"/*; do keep "$path" "${path##*/}"; done
          fi
          run mv -f "$stage/$a"/* ./
          ;;
        x) # the end of the archive's files
          [ -z "$stage" ] || run rm -rf "$stage"
          ;;
        k) # ends the processes of a hook
          kill -TERM "-$a" || kill -TERM "$a"
          ;;
        e) # the end of a group: the answer
          if [ -z "$bad" ]; then say "ok $a"; else say "no $a $bad"; fi
          bad=''
          ;;
      esac
    done
    [ -z "$stage" ] || rm -rf "$stage"

    """#
}
