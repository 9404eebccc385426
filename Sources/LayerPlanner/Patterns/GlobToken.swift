/// A piece of a glob while it is translated. `value` is the glob's text, `output` the regular
/// expression's; a token without an output stands for its value.
struct GlobToken {
  enum Kind {
    case start, text, dot, dots, slash, star, globstar, questionMark, plus, at, negation
    case parenthesis, bracket, brace, comma, optionalSlash
  }

  var kind: Kind
  var value: String
  var output: String?
  /// The token that was current when this one came, by its place in the store.
  var previous: Int?
  /// Part of an extended glob such as `@(a|b)`.
  var isExtended = false
  /// Two or more stars that were folded into one.
  var isFoldedStar = false
  /// A bracket that held a POSIX class such as `[:alpha:]`.
  var isPosix = false
  /// What a `{` turned out to hold.
  var hasComma = false
  var hasDots = false
  /// For a `{`: the lengths of the output and of the token list when it came.
  var outputLength = 0
  var tokenCount = 0

  init(_ kind: Kind, _ value: String, output: String? = nil, isExtended: Bool = false) {
    self.kind = kind
    self.value = value
    self.output = output
    self.isExtended = isExtended
  }

  /// What the token stands for in the regular expression.
  var emitted: String { output ?? value }
}

/// An extended glob that is still open.
struct OpenExtendedGlob {
  let mark: Unicode.Scalar
  /// The depth of parentheses around it.
  let depth: Int
  /// The glob's text inside so far.
  var inner = ""

  /// The regular expression's text that opens it.
  var opening: String { mark == "!" ? "(?:(?!(?:" : "(?:" }

  /// The regular expression's text that closes it.
  var closing: String {
    switch mark {
    case "!": "))\(GlobOutput.star))"
    case "@": ")"
    default: ")\(mark)"
    }
  }
}

/// The pieces of regular expression that globs turn into, with leading dots allowed.
enum GlobOutput {
  static let dot = "\\."
  static let slash = "\\/"
  static let oneUnit = "[^/]"
  static let star = "[^/]*?"
  /// Something follows.
  static let nonEmpty = "(?=.)"
  /// `.` or `..` as a whole component.
  static let dotComponent = "\\.{1,2}(?:\\/|$)"
  static let noDotComponent = "(?!\\.{1,2}(?:\\/|$))"
  static let noDotComponentAnywhere = "(?!(?:^|\\/)\\.{1,2}(?:\\/|$))"
  static let noLoneDot = "(?!\\.{0,1}(?:\\/|$))"
  /// `**`: anything that enters no `.` or `..`.
  static let globstar = "(?:(?:(?!(?:^|\\/)\\.{1,2}(?:\\/|$)).)*?)"
}

extension String {
  /// How often a text counts in slices: in Unicode scalars.
  var scalarCount: Int { unicodeScalars.count }

  /// Without its last `count` scalars. Zero removes everything: so the reference's slices work,
  /// and a few odd patterns depend on it.
  mutating func removeTail(_ count: Int) {
    if count == 0 || count >= unicodeScalars.count {
      self = ""
    } else {
      unicodeScalars.removeLast(count)
    }
  }

  /// With a backslash before every character that is special in a regular expression.
  var escapedForRegex: String {
    var escaped = ""
    for scalar in unicodeScalars {
      if scalar.isRegexSpecial { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }
}

extension Unicode.Scalar {
  /// One of `-*+?.^${}(|)[]`.
  var isRegexSpecial: Bool {
    switch self {
    case "-", "*", "+", "?", ".", "^", "$", "{", "}", "(", "|", ")", "[", "]": true
    default: false
    }
  }

  /// What `\w` matches.
  var isWord: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }

  /// A character that ends a run of plain text in a glob.
  var endsPlainText: Bool {
    switch self {
    case "@", "!", "[", "]", ".", ",", "$", "*", "+", "?", "^", "{", "}", "(", ")", "|", "\\",
      "/":
      true
    default: false
    }
  }
}
