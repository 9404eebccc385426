extension GlobTranslator {
  mutating func translateStar() {
    if current.kind == .globstar || current.isFoldedStar {
      current.kind = .star
      current.isFoldedStar = true
      current.value += "*"
      current.output = GlobOutput.star
      mustRebuild = true
      return
    }
    if peek() == "(", let inner = peek(2), inner != "?" { return openExtended("*") }
    if current.kind == .star { return translateSecondStar() }
    if index == start || current.kind == .slash || current.kind == .dot {
      write(current.kind == .dot ? GlobOutput.noLoneDot : GlobOutput.noDotComponent)
      if peek() != "*" { write(GlobOutput.nonEmpty) }
    }
    push(GlobToken(.star, "*", output: GlobOutput.star))
  }

  /// The second of two stars: a globstar where it is alone in its component.
  private mutating func translateSecondStar() {
    guard let priorNumber = current.previous else { return }
    let prior = store[priorNumber]
    let before = prior.previous.map { store[$0].kind }
    let isStart = prior.kind == .slash || prior.kind == .start
    let inBrace = braces > 0 && (prior.kind == .comma || prior.kind == .brace)
    guard isStart || prior.kind == .parenthesis || inBrace else {
      return push(GlobToken(.star, "*", output: ""))
    }
    skipRepeatedGlobstars()
    let isDirectory = peek() == "/"
    if prior.kind == .start && isAtEnd {
      become(GlobOutput.globstar)
      output = current.emitted
    } else if prior.kind == .slash, before != .start, before != .star, before != .globstar,
      isAtEnd
    {
      // `a/**` matches `a` too.
      rewrite(prior: priorNumber, as: GlobOutput.globstar + "|$)")
    } else if prior.kind == .slash, before != .start, isDirectory {
      let end = peek(2) != nil ? "|$" : ""
      rewrite(prior: priorNumber, as: "\(GlobOutput.globstar)\\/|\\/\(end))")
      index += 1
      push(GlobToken(.slash, "/", output: ""))
    } else if prior.kind == .start, isDirectory {
      become("(?:^|\\/|\(GlobOutput.globstar)\\/)")
      output = current.emitted
      index += 1
      push(GlobToken(.slash, "/", output: ""))
    } else {
      output.removeTail(current.emitted.scalarCount)
      become(GlobOutput.globstar)
      output += current.emitted
    }
  }

  /// `**/**/**` is one globstar.
  private mutating func skipRepeatedGlobstars() {
    while peek() == "/", peek(2) == "*", peek(3) == "*", peek(4) == nil || peek(4) == "/" {
      index += 3
    }
  }

  private mutating func become(_ globstar: String) {
    current.kind = .globstar
    current.value += "*"
    current.output = globstar
  }

  /// Puts the slash before the globstar into a group with it.
  private mutating func rewrite(prior: Int, as globstar: String) {
    output.removeTail(store[prior].emitted.scalarCount + current.emitted.scalarCount)
    store[prior].output = "(?:" + store[prior].emitted
    become(globstar)
    output += store[prior].emitted + globstar
  }
}
