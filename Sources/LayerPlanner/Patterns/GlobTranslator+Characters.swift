extension GlobTranslator {
  /// Translates what begins at the current place.
  mutating func translateNext(_ scalar: Unicode.Scalar) throws(Problem) {
    var value = String(scalar)
    switch scalar {
    case "\0": return
    case "\\":
      guard let escaped = try escape() else { return }
      value = escaped
    default: break
    }
    if brackets > 0 && (scalar != "]" || current.value == "[" || current.value == "[^") {
      return translateInBracket(scalar, value)
    }
    if isQuoted && scalar != "\"" { return extend(with: value.escapedForRegex) }
    switch scalar {
    case "\"": isQuoted.toggle()
    case "(":
      parentheses += 1
      open(isBrace: false)
      push(GlobToken(.parenthesis, value))
    case ")": closeParenthesis()
    case "[":
      if index < lastClosingBracket {
        brackets += 1
        open(isBrace: false)
      } else {
        value = "\\["
      }
      push(GlobToken(.bracket, value))
    case "]": closeBracket()
    case "{": openBrace()
    case "}": closeBrace()
    case "|": push(GlobToken(.text, value))
    case ",": translateComma()
    case "/": translateSlash()
    case ".": translateDot()
    case "?": translateQuestionMark()
    case "!": translateExclamation()
    case "+": translatePlus()
    case "@":
      if peek() == "(" && peek(2) != "?" {
        push(GlobToken(.at, value, output: "", isExtended: true))
      } else {
        push(GlobToken(.text, value))
      }
    case "*": translateStar()
    default: translateText(value)
    }
  }

  /// Reads what a backslash escapes; nil when it was dealt with, or when the backslash counts for
  /// nothing (before `/`, `.` and `;`).
  private mutating func escape() throws(Problem) -> String? {
    guard let next = peek() else {
      push(GlobToken(.text, "\\\\"))
      return nil
    }
    if next == "/" || next == "." || next == ";" { return nil }
    var value = "\\"
    let run = rest.prefix { $0 == "\\" }.count
    if run > 2 {
      index += run
      if !run.isMultiple(of: 2) { value += "\\" }
    }
    // The reference never ends on a glob whose last token is such a run.
    guard let escaped = peek() else { throw .unfinishedEscape }
    index += 1
    value.unicodeScalars.append(escaped)
    guard brackets == 0 else { return value }
    push(GlobToken(.text, value))
    return nil
  }

  private mutating func translateComma() {
    guard let brace = openBraces.last, openIsBrace.last == true else {
      return push(GlobToken(.comma, ",", output: ","))
    }
    store[brace].hasComma = true
    push(GlobToken(.comma, ",", output: "|"))
  }

  private mutating func translateSlash() {
    guard current.kind == .dot, index == start + 1 else {
      return push(GlobToken(.slash, "/", output: GlobOutput.slash))
    }
    // A leading `./` counts for nothing.
    start = index + 1
    output = ""
    _ = tokens.popLast()
    latest = 0
  }

  private mutating func translateDot() {
    if braces > 0, current.kind == .dot, let brace = openBraces.last {
      if current.value == "." { current.output = GlobOutput.dot }
      current.kind = .dots
      current.value += "."
      current.output = current.emitted + "."
      store[brace].hasDots = true
    } else if braces + parentheses == 0, current.kind != .start, current.kind != .slash {
      push(GlobToken(.text, ".", output: GlobOutput.dot))
    } else {
      push(GlobToken(.dot, ".", output: GlobOutput.dot))
    }
  }

  private mutating func translateQuestionMark() {
    if current.value != "(" && peek() == "(" && peek(2) != "?" { return openExtended("?") }
    guard current.kind == .parenthesis else {
      return push(GlobToken(.questionMark, "?", output: GlobOutput.oneUnit))
    }
    let next = peek()
    let isLiteral =
      (current.value == "(" && !isGroupMark(next)) || (next == "<" && !hasLookbehindAhead)
    push(GlobToken(.text, "?", output: isLiteral ? "\\?" : "?"))
  }

  /// Whether `<=`, `<!` or a group's name in `<` and `>` comes anywhere later.
  private var hasLookbehindAhead: Bool {
    let rest = Array(rest)
    return rest.indices.contains { place in
      guard rest[place] == "<" else { return false }
      let after = rest[(place + 1)...]
      if after.first == "=" || after.first == "!" { return true }
      let name = after.prefix(while: \.isWord)
      return !name.isEmpty && after.dropFirst(name.count).first == ">"
    }
  }

  private mutating func translateExclamation() {
    if peek() == "(", peek(2) != "?" || !isGroupMark(peek(3)) { return openExtended("!") }
    guard index == 0 else { return translateText("!") }
    var count = 1
    while peek() == "!" && (peek(2) != "(" || peek(3) == "?") {
      index += 1
      start += 1
      count += 1
    }
    if !count.isMultiple(of: 2) {
      isNegated = true
      start += 1
    }
  }

  private mutating func translatePlus() {
    if peek() == "(" && peek(2) != "?" { return openExtended("+") }
    if current.value == "(" {
      push(GlobToken(.plus, "+", output: "\\+"))
    } else if current.kind == .bracket || current.kind == .parenthesis || current.kind == .brace
      || parentheses > 0
    {
      push(GlobToken(.plus, "+"))
    } else {
      push(GlobToken(.plus, "\\+"))
    }
  }

  private mutating func translateText(_ value: String) {
    var value = value == "$" || value == "^" ? "\\" + value : value
    let run = rest.prefix { !$0.endsPlainText }
    value.unicodeScalars.append(contentsOf: run)
    index += run.count
    push(GlobToken(.text, value))
  }
}
