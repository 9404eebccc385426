/// The globs that the reference translates by pattern of their text, before it tokenizes.
enum GlobShortForm {
  private static let nothing = GlobOutput.noDotComponentAnywhere
  private static let noDots = GlobOutput.noDotComponent
  private static let one = GlobOutput.nonEmpty
  private static let directories =
    "(?:\(GlobOutput.noDotComponentAnywhere)\(GlobOutput.globstar)\\/)?"

  /// `*`, `*.sh`, `**/*.sh` and their like; a trailing slash of the path is then accepted.
  static func wildcards(_ glob: String) -> String? {
    var base = Array(glob.unicodeScalars)
    var extensions: [String] = []
    while true {
      if let source = source(of: base) {
        return source + extensions.reversed().joined() + "\\/?"
      }
      // Peel one `.word` from the end.
      guard let dot = base.lastIndex(of: "."), dot + 1 < base.count,
        base[(dot + 1)...].allSatisfy(\.isWord)
      else { return nil }
      var name = ""
      name.unicodeScalars.append(contentsOf: base[(dot + 1)...])
      extensions.append(GlobOutput.dot + name)
      base.removeSubrange(dot...)
    }
  }

  private static func source(of glob: [Unicode.Scalar]) -> String? {
    guard glob.count <= 6 else { return nil }
    var text = ""
    text.unicodeScalars.append(contentsOf: glob)
    let star = GlobOutput.star
    switch text {
    case "*": return nothing + one + star
    case ".*": return "\\." + one + star
    case "*.*": return nothing + star + "\\." + one + star
    case "*/*": return nothing + star + "\\/" + one + noDots + star
    case "**": return nothing + GlobOutput.globstar
    case "**/*": return directories + noDots + one + star
    case "**/*.*": return directories + noDots + star + "\\." + one + star
    case "**/.*": return directories + "\\." + one + star
    default: return nil
    }
  }

  /// A glob without slashes, brackets, braces, parentheses or double quotes, that begins with
  /// neither `*` nor `!`; nil for any other.
  static func plain(_ glob: [Unicode.Scalar]) -> String? {
    if let first = glob.first, first == "*" || first == "!" { return nil }
    for scalar in glob {
      switch scalar {
      case "/", "(", ")", "[", "]", "{", "}", "\"": return nil
      default: continue
      }
    }
    var output = ""
    var hasBackslashes = false
    var index = 0
    while index < glob.count {
      let start = index
      let isEscaped = glob[index] == "\\" && index + 1 < glob.count && !glob[index + 1].isWord
      if isEscaped { index += 1 }
      let first = glob[index]
      index += 1
      if first.isWord {
        output.unicodeScalars.append(first)
        continue
      }
      let run = index - 1
      while index < glob.count, glob[index] == first { index += 1 }
      let count = index - run
      var whole = ""
      whole.unicodeScalars.append(contentsOf: glob[start..<index])
      switch first {
      case "\\":
        hasBackslashes = true
        output += whole
      case "?":
        let marks = isEscaped ? count - 1 : count
        if isEscaped { output += "\\?" }
        output += String(repeating: GlobOutput.oneUnit, count: marks)
      case ".":
        output += String(repeating: GlobOutput.dot, count: count)
      case "*":
        if isEscaped { output += "\\*" }
        if !isEscaped || count > 1 { output += GlobOutput.star }
      default:
        output += isEscaped ? whole : "\\" + whole
      }
    }
    return hasBackslashes ? halvingBackslashes(output) : output
  }

  /// Runs of backslashes become two when their length is even, else one.
  private static func halvingBackslashes(_ text: String) -> String {
    var result = ""
    var run = 0
    for scalar in text.unicodeScalars {
      if scalar == "\\" {
        run += 1
        continue
      }
      if run > 0 { result += run.isMultiple(of: 2) ? "\\\\" : "\\" }
      run = 0
      result.unicodeScalars.append(scalar)
    }
    if run > 0 { result += run.isMultiple(of: 2) ? "\\\\" : "\\" }
    return result
  }
}
