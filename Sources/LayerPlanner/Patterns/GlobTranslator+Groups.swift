extension GlobTranslator {
  // MARK: Parentheses

  /// Opens an extended glob; `mark` is the character before the parenthesis.
  mutating func openExtended(_ mark: Unicode.Scalar) {
    let opened = OpenExtendedGlob(mark: mark, depth: parentheses)
    parentheses += 1
    open(isBrace: false)
    let kind: GlobToken.Kind =
      switch mark {
      case "!": .negation
      case "?": .questionMark
      case "+": .plus
      default: .star
      }
    push(GlobToken(kind, String(mark), output: output.isEmpty ? GlobOutput.nonEmpty : ""))
    index += 1
    push(GlobToken(.parenthesis, "(", output: opened.opening, isExtended: true))
    openExtended.append(opened)
  }

  mutating func closeParenthesis() {
    if let opened = openExtended.last, parentheses == opened.depth + 1 {
      openExtended.removeLast()
      push(
        GlobToken(.parenthesis, ")", output: closing(of: opened), isExtended: true))
    } else {
      push(GlobToken(.parenthesis, ")", output: parentheses == 0 ? "\\)" : ")"))
    }
    parentheses -= 1
    close()
  }

  private func closing(of opened: OpenExtendedGlob) -> String {
    guard opened.mark == "!" else { return opened.closing }
    let inner = opened.inner.unicodeScalars
    let crossesDirectories = inner.count > 1 && inner.contains("/")
    let star = crossesDirectories ? GlobOutput.globstar : GlobOutput.star
    var text = opened.closing
    // What stands inside is excluded only as all of what is left.
    if crossesDirectories || isAtEnd || index + 1 >= closingRun { text = ")$))\(star)" }
    if inner.contains("*"), rest.count > 1, rest.first == ".",
      !rest.dropFirst().contains(where: { $0 == "\\" || $0 == "/" || $0 == "." })
    {
      // `!(*.d).ts`: what follows belongs to what is excluded.
      var following = GlobTranslator(Array(rest))
      if (try? following.translate()) != nil { text = ")\(following.output))\(star))" }
    }
    return text
  }

  // MARK: Brackets

  mutating func translateInBracket(_ scalar: Unicode.Scalar, _ value: String) {
    if scalar == ":", namePosixClass() { return }
    var value = value
    if scalar == "[" && peek() != ":" { value = "\\[" }
    if scalar == "-" && peek() == "]" { value = "\\-" }
    if scalar == "]" { value = "\\]" }
    extend(with: value)
  }

  /// At the second colon of `[:alpha:]`: replaces it by its ranges.
  private mutating func namePosixClass() -> Bool {
    let text = Array(current.value.unicodeScalars)
    guard let open = text.lastIndex(of: "["), open > 0 else { return false }
    current.isPosix = true
    guard text[1...].contains(":"), open + 2 <= text.count else { return false }
    var name = ""
    name.unicodeScalars.append(contentsOf: text[(open + 2)...])
    guard let ranges = GlobTranslator.posixRanges(name) else { return false }
    current.value = ""
    current.value.unicodeScalars.append(contentsOf: text[..<open])
    current.value += ranges
    mustRebuild = true
    index += 1
    if tokens.count > 1, tokens[1] == latest, store[0].emitted.isEmpty {
      store[0].output = GlobOutput.nonEmpty
    }
    return true
  }

  private static func posixRanges(_ name: String) -> String? {
    switch name {
    case "alnum": "a-zA-Z0-9"
    case "alpha": "a-zA-Z"
    case "ascii": "\\x00-\\x7F"
    case "blank": " \\t"
    case "cntrl": "\\x00-\\x1F\\x7F"
    case "digit": "0-9"
    case "graph": "\\x21-\\x7E"
    case "lower": "a-z"
    case "print": "\\x20-\\x7E "
    case "punct": "\\-!-,.\\/:-@[\\]-`{-~"
    case "space": " \\t\\r\\n\\v\\f"
    case "upper": "A-Z"
    case "word": "A-Za-z0-9_"
    case "xdigit": "A-Fa-f0-9"
    default: nil
    }
  }

  mutating func closeBracket() {
    let isFresh = current.kind == .bracket && current.value.scalarCount == 1
    guard brackets > 0, !isFresh else { return push(GlobToken(.text, "]", output: "\\]")) }
    brackets -= 1
    close()
    var inner = current.value
    inner.unicodeScalars.removeFirst()
    let isNegated = !current.isPosix && inner.unicodeScalars.first == "^"
    // A negated class never crosses a slash.
    extend(with: isNegated && !inner.unicodeScalars.contains("/") ? "/]" : "]")
    if inner.unicodeScalars.contains(where: \.isRegexSpecial) { return }
    // Without anything special inside, the class's own text matches too.
    output.removeTail(current.value.scalarCount)
    current.value = "(?:\(current.value.escapedForRegex)|\(current.value))"
    output += current.value
  }

  // MARK: Braces

  mutating func openBrace() {
    braces += 1
    open(isBrace: true)
    var token = GlobToken(.brace, "{", output: "(")
    token.outputLength = output.scalarCount
    token.tokenCount = tokens.count
    push(token)
    openBraces.append(latest)
  }

  mutating func closeBrace() {
    guard let brace = openBraces.last else { return push(GlobToken(.text, "}", output: "}")) }
    let token = store[brace]
    var value = "}"
    var text = ")"
    if token.hasDots {
      text = range(endingAt: takeRangeTokens())
      mustRebuild = true
    }
    if !token.hasComma && !token.hasDots {
      // `{a}` is its own text.
      store[brace].value = "\\{"
      store[brace].output = "\\{"
      value = "\\}"
      text = "\\}"
      output.unicodeScalars.removeLast(
        max(0, output.unicodeScalars.count - token.outputLength))
      for number in tokens[min(token.tokenCount, tokens.count)...] {
        let inner = store[number]
        if let written = inner.output, !written.isEmpty {
          output += written
        } else {
          output += inner.value
        }
      }
    }
    push(GlobToken(.brace, value, output: text))
    braces -= 1
    close()
    openBraces.removeLast()
  }

  /// Removes the tokens back to the nearest brace and returns their values, but for the dots.
  private mutating func takeRangeTokens() -> [String] {
    var values: [String] = []
    while let last = tokens.popLast(), store[last].kind != .brace {
      if store[last].kind != .dots { values.append(store[last].value) }
    }
    return values
  }

  /// `{1..3}` is the class of what lies between its ends, when that is a class.
  private func range(endingAt values: [String]) -> String {
    let ends = values.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    let text = "[\(ends.joined(separator: "-"))]"
    if (try? RegexParser.parse(text)) != nil { return text }
    return ends.map(\.escapedForRegex).joined(separator: "..")
  }
}
