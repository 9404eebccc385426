/// A Dockerfile's word with its variables replaced and its quotes gone, by the rules of BuildKit:
/// `$x`, `${x}`, `${x:-word}`, `${x-word}`, `${x:+word}`, `${x+word}`, `${x:?word}`, `${x?word}`.
struct DockerfileExpansion {
  /// Why a word cannot be expanded.
  struct Problem: Error, Equatable {
    let message: String
  }

  /// The result.
  private(set) var text = ""
  /// Variables without a known value, which count as empty. They may come from the base image, or
  /// from an option that is not supported here (`${x#pattern}`).
  private(set) var unresolved: [String] = []

  private let variables: [String: String]
  private let escape: Unicode.Scalar
  private var rest: ArraySlice<Unicode.Scalar>

  /// Expands `word`; `escape` is the file's escape character.
  init(
    _ word: String, variables: [String: String], escape: Unicode.Scalar
  ) throws(Problem) {
    self.variables = variables
    self.escape = escape
    rest = Array(word.unicodeScalars)[...]
    text = try expand(until: nil)
  }

  /// Expands up to `end`, which is taken, or to the end of the word.
  private mutating func expand(until end: Unicode.Scalar?) throws(Problem) -> String {
    var result = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case _ where scalar == end: return String(result)
      case "'": result += try takeSingleQuoted()
      case "\"": result += try takeDoubleQuoted()
      case "$": result += try takeVariable().unicodeScalars
      case escape:
        if let next = rest.popFirst() { result.append(next) }
      default: result.append(scalar)
      }
    }
    guard end == nil else { throw Problem(message: "a closing } is missing") }
    return String(result)
  }

  private mutating func takeSingleQuoted() throws(Problem) -> ArraySlice<Unicode.Scalar> {
    guard let end = rest.firstIndex(of: "'") else {
      throw Problem(message: "a closing ' is missing")
    }
    defer { rest = rest[(end + 1)...] }
    return rest[..<end]
  }

  private mutating func takeDoubleQuoted() throws(Problem) -> String.UnicodeScalarView {
    var result = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return result
      case "$": result += try takeVariable().unicodeScalars
      case escape:
        let isQuoting = rest.first == "\"" || rest.first == "$" || rest.first == escape
        if isQuoting, let next = rest.popFirst() {
          result.append(next)
        } else {
          result.append(scalar)
        }
      default: result.append(scalar)
      }
    }
    throw Problem(message: "a closing \" is missing")
  }

  /// What stands after a `$`, expanded.
  private mutating func takeVariable() throws(Problem) -> String {
    guard rest.first == "{" else {
      let name = takeName()
      return name.isEmpty ? "$" : value(of: name)
    }
    rest.removeFirst()
    let name = takeName()
    guard !name.isEmpty else { throw Problem(message: "${ has no name after it") }
    let isEmptyUnset = rest.first == ":"
    if isEmptyUnset { rest.removeFirst() }
    let isSet = variables[name].map { !isEmptyUnset || !$0.isEmpty } ?? false
    switch rest.popFirst() {
    case "}" where !isEmptyUnset: return value(of: name)
    case "-":
      let word = try expandWord(isUsed: !isSet)
      return isSet ? value(of: name) : word
    case "+":
      let word = try expandWord(isUsed: isSet)
      return isSet ? word : ""
    case "?":
      _ = try expandWord(isUsed: false)
      if !isSet, variables[name] != nil { unresolved.append(name) }
      return value(of: name)
    case "#", "%", "/":
      _ = try expandWord(isUsed: false)
      unresolved.append(name)
      return ""
    default: throw Problem(message: "${\(name) has no closing } or a modifier that is not known")
    }
  }

  /// The word after a modifier; the variables of one that is not used do not count.
  private mutating func expandWord(isUsed: Bool) throws(Problem) -> String {
    let before = unresolved
    let word = try expand(until: "}")
    if !isUsed { unresolved = before }
    return word
  }

  private mutating func takeName() -> String {
    guard let first = rest.first, Self.isNameScalar(first) else { return "" }
    // `$1` and the like are one digit long.
    let isDigit = ("0"..."9").contains(first)
    let name = isDigit ? rest.prefix(1) : rest.prefix(while: Self.isNameScalar)
    rest = rest[name.endIndex...]
    var text = String.UnicodeScalarView()
    text += name
    return String(text)
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  private mutating func value(of name: String) -> String {
    if let value = variables[name] { return value }
    unresolved.append(name)
    return ""
  }
}
