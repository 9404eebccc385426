# shellcheck shell=bash
# Files that extensions put into the developer's home. Sourced, never run; $EXT_NAME is the
# extension at work.
#
#   install_home_file MODE SOURCE TARGET   copies a file; TARGET is relative to the home folder
#   set_json FILE PATH VALUE               sets a value of a JSON file, e.g. '["a","b"]' '{"c":1}'
#   append_json FILE PATH VALUE            adds an element to an array of a JSON file
#   remove_home_files                      takes back all of that which is still as it was written
#
# What the developer wrote or changed is never overwritten and never removed. What was written is
# recorded in $SINDRI_RECORDS/home/NAME, one a line, fields separated by tabs:
#   folder TARGET
#   file TARGET CHECKSUM
#   json FILE                                  a file that was not there before
#   value FILE PATH VALUE, element FILE PATH VALUE

home_record() { printf '%s/home/%s' "$SINDRI_RECORDS" "$EXT_NAME"; }

record_home() { # FIELD...
  local line record
  record=$(home_record)
  line=$(IFS=$'\t' && printf '%s' "$*")
  mkdir -p "${record%/*}" && touch "$record" || return
  grep -qxF -- "$line" "$record" || printf '%s\n' "$line" >>"$record"
}

# Whether this extension, or another, has made a folder or a JSON file.
made_by_extension() { # FIELD...
  local line
  line=$(IFS=$'\t' && printf '%s' "$*")
  grep -rqsxF -- "$line" "$SINDRI_RECORDS/home"
}

checksum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# Makes the folder that a file is to be in. Folders that were not there are recorded, by each
# extension that uses them: the last one removes them.
make_home_folder() { # TARGET
  local folder=$1 folders=()
  while [[ $folder == */* ]]; do
    folder=${folder%/*}
    folders=("$folder" "${folders[@]}")
  done
  for folder in "${folders[@]}"; do
    if [ ! -d "$HOME/$folder" ] || made_by_extension folder "$folder"; then
      record_home folder "$folder" && mkdir -p "$HOME/$folder" || return
    fi
  done
}

install_home_file() {
  local mode=$1 source=$2 target=$3 file=$HOME/$3 record written=
  record=$(home_record)
  [ ! -e "$record" ] || written=$(awk -F '\t' -v target="$target" \
    '$1 == "file" && $2 == target { print $3 }' "$record")
  if [ -e "$file" ] || [ -L "$file" ]; then
    if [ -z "$written" ] || [ ! -e "$file" ] || [ "$(checksum_of "$file")" != "$written" ]; then
      cmp -s "$source" "$file" || say "kept ~/$target, which is not as we wrote it"
      return 0
    fi
    sed -i "/^file\t[^\t]*\t$written\$/d" "$record"
  fi
  make_home_folder "$target" || return
  record_home file "$target" "$(checksum_of "$source")" || return
  install -m "$mode" "$source" "$file.part" && mv "$file.part" "$file"
}

# Filters a JSON file with jq, in place; a link stays a link.
edit_json() { # FILE JQ-ARGUMENT...
  local file
  file=$(readlink -m "$HOME/$1")
  shift
  if jq --indent 2 "$@" "$file" >"$file.part"; then
    chmod --reference="$file" "$file.part"
    mv "$file.part" "$file"
  else
    rm -f "$file.part"
    return 1
  fi
}

# Makes sure that a JSON file is there and holds an object.
open_json() { # FILE
  make_home_folder "$1" || return
  if [ ! -e "$HOME/$1" ] || made_by_extension json "$1"; then
    record_home json "$1" || return
    [ -e "$HOME/$1" ] || printf '{}\n' >"$HOME/$1" || return
  fi
  if ! jq -e 'type == "object"' "$HOME/$1" >/dev/null 2>&1; then
    printf 'error: ~/%s does not hold a JSON object; it was left alone\n' "$1" >&2
    return 1
  fi
}

# Prints, without spaces, what a filter makes of a JSON file.
query_json() { # FILE PATH VALUE FILTER
  jq -c --argjson path "$2" --argjson value "$3" "$4" "$HOME/$1"
}

# shellcheck disable=SC2016 # $path and $value are jq's, in these three functions
set_json() { # FILE PATH VALUE
  open_json "$1" || return
  case $(query_json "$@" 'getpath($path) | if . == null then "absent" else . == $value end') in
    true) return 0 ;;
    false) say "kept $2 of ~/$1, which is set already" ;;
    '"absent"')
      record_home value "$@" || return
      edit_json "$1" --argjson path "$2" --argjson value "$3" 'setpath($path; $value)'
      ;;
    *) return 1 ;;
  esac
}

# shellcheck disable=SC2016
append_json() { # FILE PATH VALUE
  open_json "$1" || return
  case $(query_json "$@" 'getpath($path) // [] | index([$value]) != null') in
    true) return 0 ;;
    false)
      record_home element "$@" || return
      edit_json "$1" --argjson path "$2" --argjson value "$3" \
        'setpath($path; (getpath($path) // []) + [$value])'
      ;;
    *) return 1 ;;
  esac
}

# Takes back a value or an element that is still as it was written, and what is empty without it.
# shellcheck disable=SC2016
take_back_json() { # value|element FILE PATH VALUE
  local program
  case $1 in
    value) program='if getpath($path) == $value then delpaths([$path]) else . end' ;;
    element) program='if getpath($path) | type == "array"
      then setpath($path; getpath($path) - [$value]) else . end' ;;
  esac
  # What is no longer JSON was changed, and is the developer's.
  jq -e 'type == "object"' "$HOME/$2" >/dev/null 2>&1 || return 0
  edit_json "$2" --argjson path "$3" --argjson value "$4" "$program"'
    | reduce range($path | length; 0; -1) as $n (.;
        if getpath($path[:$n]) | . == {} or . == [] then delpaths([$path[:$n]]) else . end)'
}

remove_home_files() {
  local record kind target first second
  record=$(home_record)
  [ -e "$record" ] || return 0
  while IFS=$'\t' read -r kind target first second; do
    case $kind in
      value | element) take_back_json "$kind" "$target" "$first" "$second" || return ;;
      json) [ "$(jq -c . "$HOME/$target" 2>/dev/null)" != '{}' ] || rm -f "$HOME/$target" ;;
      file)
        [ -e "$HOME/$target" ] || continue
        if [ "$(checksum_of "$HOME/$target")" = "$first" ]; then
          rm -f "$HOME/$target"
        else
          say "kept ~/$target, which is not as we wrote it"
        fi
        ;;
      folder) rmdir "$HOME/$target" 2>/dev/null || true ;;
    esac
  done < <(tac "$record")
  rm -f "$record"
}
