/// Translates a glob into the JavaScript regular expression that defines its meaning.
///
/// The language of dorny/paths-filter is not specified; it is what picomatch 2.3.1 does with
/// `dot: true`: it writes a regular expression, token by token, and now and then cuts text off
/// what it has written or writes everything again from its tokens. Corners such as `[abc]` also
/// meaning its own text, or `a|b` leaking through, follow from that, so the text is the
/// specification, and this translator produces the same text. Only compiling and matching are
/// different: see `Automaton`.
struct GlobTranslator {
  /// Why a glob has no translation.
  enum Problem: Error { case unfinishedEscape }

  let input: [Unicode.Scalar]
  var index = -1
  var start = 0
  var output = ""
  var isNegated = false
  var mustRebuild = false
  var parentheses = 0
  var brackets = 0
  var braces = 0
  var isQuoted = false
  /// Every token made, by its number; popped tokens stay reachable through `previous`.
  var store: [GlobToken] = [GlobToken(.start, "", output: "")]
  /// The tokens that count, by number.
  var tokens = [0]
  /// The number of the latest token.
  var latest = 0
  var openExtended: [OpenExtendedGlob] = []
  var openBraces: [Int] = []
  /// Whether each bracket of any kind that is open, innermost last, is a brace.
  var openIsBrace: [Bool] = []
  /// The place of the last `]`, and where the run of `)` at the end begins.
  let lastClosingBracket: Int
  let closingRun: Int

  /// The whole regular expression for `glob`, which is not empty.
  static func regex(for glob: String) throws(Problem) -> String {
    let replaced =
      switch glob {
      case "***": "*"
      case "**/**", "**/**/**": "**"
      default: glob
      }
    let input = withoutDotSlash(Array(replaced.unicodeScalars))
    if glob.unicodeScalars.first == "." || glob.unicodeScalars.first == "*" {
      var text = ""
      text.unicodeScalars.append(contentsOf: input)
      if let source = GlobShortForm.wildcards(text) { return "^(?:\(source))$" }
    }
    if let source = GlobShortForm.plain(input) { return "^(?:^(?:\(source))$)$" }
    var translator = GlobTranslator(input)
    try translator.translate()
    let source = "^(?:\(translator.output))$"
    return translator.isNegated ? "^(?!\(source)).*$" : source
  }

  private static func withoutDotSlash(_ glob: [Unicode.Scalar]) -> [Unicode.Scalar] {
    glob.starts(with: [".", "/"]) ? Array(glob.dropFirst(2)) : glob
  }

  init(_ input: [Unicode.Scalar]) {
    self.input = input
    lastClosingBracket = input.lastIndex(of: "]") ?? -1
    closingRun = (input.lastIndex { $0 != ")" } ?? -1) + 1
  }

  // MARK: Reading

  var isAtEnd: Bool { index == input.count - 1 }

  func peek(_ distance: Int = 1) -> Unicode.Scalar? {
    let place = index + distance
    return place >= 0 && place < input.count ? input[place] : nil
  }

  var rest: ArraySlice<Unicode.Scalar> { input[min(index + 1, input.count)...] }

  /// Whether the text from `distance` on begins with one of the marks of a regular expression's
  /// group: `?:`, `?=`, `?!`, `?<`.
  func isGroupMark(_ scalar: Unicode.Scalar?) -> Bool {
    scalar == "!" || scalar == "=" || scalar == "<" || scalar == ":"
  }

  // MARK: Writing

  var current: GlobToken {
    get { store[latest] }
    _modify { yield &store[latest] }
  }

  mutating func push(_ token: GlobToken) {
    if current.kind == .globstar {
      let closesBrace = braces > 0 && (token.kind == .comma || token.kind == .brace)
      let closesExtended =
        token.isExtended || (!openExtended.isEmpty && token.kind == .parenthesis)
      if token.kind != .slash && token.kind != .parenthesis && !closesBrace && !closesExtended {
        output.removeTail(current.emitted.scalarCount)
        current.kind = .star
        current.value = "*"
        current.output = GlobOutput.star
        output += GlobOutput.star
      }
    }
    if !openExtended.isEmpty, token.kind != .parenthesis {
      openExtended[openExtended.count - 1].inner += token.value
    }
    output += token.emitted
    if current.kind == .text, token.kind == .text {
      current.value += token.value
      current.output = (current.output ?? "") + token.value
      return
    }
    var token = token
    token.previous = latest
    store.append(token)
    latest = store.count - 1
    tokens.append(latest)
  }

  /// Adds to the current token's text without a new token.
  mutating func extend(with text: String) {
    current.value += text
    output += text
  }

  /// Adds to both what is written and the current token's output.
  mutating func write(_ text: String) {
    output += text
    current.output = (current.output ?? "") + text
  }

  mutating func open(isBrace: Bool) { openIsBrace.append(isBrace) }

  mutating func close() { _ = openIsBrace.popLast() }

  // MARK: Finishing

  /// Reads the input to its end and leaves the regular expression in `output`.
  mutating func translate() throws(Problem) {
    while !isAtEnd {
      index += 1
      guard index < input.count else { throw .unfinishedEscape }
      try translateNext(input[index])
    }
    escapeLast(brackets, "[")
    escapeLast(parentheses, "(")
    escapeLast(braces, "{")
    if current.kind == .star || current.kind == .bracket {
      push(GlobToken(.optionalSlash, "", output: "\\/?"))
    }
    if mustRebuild {
      output = tokens.map { store[$0].emitted }.joined()
    }
  }

  /// Escapes the last `count` of `bracket` in the output that have no backslash before them.
  private mutating func escapeLast(_ count: Int, _ bracket: Unicode.Scalar) {
    guard count > 0 else { return }
    var left = count
    var reversed: [Unicode.Scalar] = []
    let scalars = Array(output.unicodeScalars)
    for place in scalars.indices.reversed() {
      reversed.append(scalars[place])
      let isEscaped = place > 0 && scalars[place - 1] == "\\"
      if left > 0, scalars[place] == bracket, !isEscaped {
        reversed.append("\\")
        left -= 1
      }
    }
    output = ""
    output.unicodeScalars.append(contentsOf: reversed.reversed())
  }
}
