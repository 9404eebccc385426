/// The part of the completions that a shell reads: it hands the words over, and what comes back to
/// the shell.
enum CompletionScript {
  /// The script for one of `Completions.shells`; nil for another.
  static func text(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// bash cuts words at `=` and `:`: they are put together again, and what the shell does not
  /// replace is taken off the answers.
  private static let bash = #"""
    # bash completion of sindri-watch

    _sindri_watch() {
      local word line current mode="" prefix=""
      local -a joined=()
      COMPREPLY=()
      for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
        if [[ ${#joined[@]} -gt 0 && ($word == [=:]* || ${joined[-1]} == *[=:]) ]]; then
          joined[-1]+=$word
        else
          joined+=("$word")
        fi
      done
      current=${COMP_WORDS[COMP_CWORD]}
      [[ $current != [=:] ]] || current=
      if [[ ${#joined[@]} -gt 0 ]]; then prefix=${joined[-1]%"$current"}; fi
      while IFS= read -r line; do
        if [[ -z $mode ]]; then
          mode=$line
        else
          line=${line%%$'\t'*}
          COMPREPLY+=("${line#"$prefix"}")
        fi
      done < <("${COMP_WORDS[0]/#\~/$HOME}" --complete "${joined[@]}" 2>/dev/null)
      case $mode in
        files | directories)
          compopt -o filenames 2>/dev/null
          local kind=-f
          [[ $mode == files ]] || kind=-d
          while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$kind" -- "$current")
          ;;
        partial) compopt -o nospace 2>/dev/null ;;
      esac
      return 0
    }
    complete -F _sindri_watch sindri-watch

    """#

  private static let zsh = #"""
    #compdef sindri-watch

    _sindri-watch() {
      local -a lines values shown
      local line mode
      lines=("${(@f)$("${(Q)words[1]/#\~/$HOME}" --complete "${(@Q)words[2,CURRENT-1]}" \
        "${(Q)PREFIX}" 2>/dev/null)}")
      mode=${lines[1]}
      for line in "${(@)lines[2,-1]}"; do
        values+=("${line%%$'\t'*}")
        if [[ -n ${line#*$'\t'} ]]; then
          shown+=("${line%%$'\t'*}  -- ${line#*$'\t'}")
        else
          shown+=("${line%%$'\t'*}")
        fi
      done
      case $mode in
        files) _files ;;
        directories) _files -/ ;;
        partial) compadd -S '' -l -d shown -a values ;;
        words) compadd -l -d shown -a values ;;
      esac
    }

    if [[ ${funcstack[1]} == _sindri-watch ]]; then
      _sindri-watch "$@"
    else
      compdef _sindri-watch sindri-watch
    fi

    """#

  private static let fish = #"""
    # fish completion of sindri-watch

    function __sindri_watch_complete
        set -l words (commandline -opc)
        set -l current (commandline -ct)
        set -l program (string replace -r '^~' $HOME -- $words[1])
        set -l lines ($program --complete $words[2..-1] "$current" 2>/dev/null)
        switch "$lines[1]"
            case files
                __fish_complete_path "$current"
            case directories
                __fish_complete_directories "$current" ''
            case words partial
                if test (count $lines) -gt 1
                    printf '%s\n' $lines[2..-1]
                end
        end
    end

    complete -c sindri-watch -f -a '(__sindri_watch_complete)'

    """#
}
