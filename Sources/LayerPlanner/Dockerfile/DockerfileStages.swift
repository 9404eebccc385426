/// Puts instructions together to stages, with the variables that each one sees.
struct DockerfileStages {
  typealias Problem = Dockerfile.Problem

  private(set) var arguments: [Dockerfile.Argument] = []
  private(set) var stages: [Dockerfile.Stage] = []

  /// Build arguments from outside.
  private let values: [String: String]
  private let escape: Unicode.Scalar
  /// What `FROM` sees.
  private var globals: [String: String]
  /// What the current stage sees: its arguments, and over them its environment.
  private var locals: [String: String] = [:]
  private var environment: [String: String] = [:]
  /// The environment of each named stage at its end.
  private var environments: [String: [String: String]] = [:]

  /// What a builder defines in `FROM` without a declaration.
  private static let platformArguments = ["PLATFORM", "OS", "OSVERSION", "ARCH", "VARIANT"]
    .flatMap { ["TARGET" + $0, "BUILD" + $0] }

  init(values: [String: String], escape: Unicode.Scalar) {
    self.values = values
    self.escape = escape
    globals = values.filter { Self.platformArguments.contains($0.key) }
  }

  /// Adds the next instruction.
  mutating func add(_ instruction: DockerfileInstruction) throws(Problem) {
    switch instruction.keyword {
    case "FROM": return try addStage(instruction)
    case "ARG" where stages.isEmpty:
      for argument in try arguments(of: instruction, variables: globals, defaults: [:]) {
        arguments.append(argument.declared)
        globals[argument.declared.name] = argument.value
      }
      return
    default: break
    }
    guard !stages.isEmpty else {
      throw Problem("\(instruction.keyword) stands before the first FROM", line: instruction.line)
    }
    let transfers = try transfers(of: instruction)
    stages[stages.count - 1].instructions.append(instruction)
    stages[stages.count - 1].transfers += transfers
    if instruction.keyword == "ENV" { try setEnvironment(instruction) }
    guard instruction.keyword == "ARG" else { return }
    for argument in try arguments(of: instruction, variables: visible, defaults: globals) {
      stages[stages.count - 1].arguments.append(argument.declared)
      // Without any value it is known to be unset, which is as good as empty.
      locals[argument.declared.name] = argument.value ?? ""
    }
  }

  private var visible: [String: String] { locals.merging(environment) { $1 } }

  private func expand(
    _ word: String, _ variables: [String: String], line: Int, unresolved: inout [String]
  ) throws(Problem) -> String {
    do throws(DockerfileExpansion.Problem) {
      let expansion = try DockerfileExpansion(word, variables: variables, escape: escape)
      unresolved += expansion.unresolved
      return expansion.text
    } catch {
      throw Problem("\(error.message) in \(word)", line: line)
    }
  }

  // MARK: FROM

  private mutating func addStage(_ from: DockerfileInstruction) throws(Problem) {
    let words = from.words
    let isNamed = words.count == 3 && words[1].lowercased() == "as"
    guard words.count == 1 || isNamed else {
      throw Problem("FROM takes an image, and then at most AS and a name", line: from.line)
    }
    if let last = stages.last?.alias { environments[last.lowercased()] = environment }
    var unresolved: [String] = []
    let image = try expand(words[0], globals, line: from.line, unresolved: &unresolved)
    var platform: String?
    if let flag = from.flag("platform") {
      platform = try expand(flag, globals, line: from.line, unresolved: &unresolved)
    }
    guard !image.isEmpty || !unresolved.isEmpty else {
      throw Problem("FROM \(words[0]) names no image", line: from.line)
    }
    environment = environments[image.lowercased()] ?? [:]
    locals = [:]
    stages.append(
      Dockerfile.Stage(
        line: from.line, image: image, imageWord: words[0], platform: platform,
        alias: isNamed ? words[2] : nil, unresolved: unresolved))
  }

  // MARK: ARG and ENV

  /// The arguments that `ARG` declares, each with the value that it has, if any. Before the first
  /// `FROM` a later word of the same instruction sees the earlier ones; in a stage it does not.
  private func arguments(
    of instruction: DockerfileInstruction, variables: [String: String], defaults: [String: String]
  ) throws(Problem) -> [(declared: Dockerfile.Argument, value: String?)] {
    let words = DockerfileWords.quotedWords(Array(instruction.text.utf8)[...])
    guard !words.isEmpty else { throw Problem("ARG needs a name", line: instruction.line) }
    var variables = variables
    var found: [(declared: Dockerfile.Argument, value: String?)] = []
    for word in words {
      let name = DockerfileWords.string(word.prefix { $0 != UInt8(ascii: "=") })
      guard !name.isEmpty else { throw Problem("ARG needs a name", line: instruction.line) }
      var defaultValue: String?
      if let equals = word.firstIndex(of: UInt8(ascii: "=")) {
        var unresolved: [String] = []
        let text = DockerfileWords.string(word[(equals + 1)...])
        defaultValue = try expand(
          text, variables, line: instruction.line, unresolved: &unresolved)
      }
      let argument = Dockerfile.Argument(
        name: name, defaultValue: defaultValue, line: instruction.line)
      let value = values[name] ?? defaultValue ?? defaults[name]
      if stages.isEmpty { variables[name] = value }
      found.append((argument, value))
    }
    return found
  }

  /// `ENV name=value ...`, or the older `ENV name value`.
  private mutating func setEnvironment(_ instruction: DockerfileInstruction) throws(Problem) {
    let text = Array(instruction.text.utf8)[...]
    let words = DockerfileWords.quotedWords(text)
    guard let first = words.first else {
      throw Problem("ENV needs a name and a value", line: instruction.line)
    }
    let variables = visible
    func expanded(_ value: ArraySlice<UInt8>) throws(Problem) -> String {
      var unresolved: [String] = []
      let text = DockerfileWords.string(value)
      return try expand(text, variables, line: instruction.line, unresolved: &unresolved)
    }
    guard first.contains(UInt8(ascii: "=")) else {
      let value = DockerfileWords.trimmed(text[first.endIndex...])
      environment[DockerfileWords.string(first)] = try expanded(value)
      return
    }
    for word in words {
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > word.startIndex else {
        let name = DockerfileWords.string(word)
        throw Problem("ENV needs name=value, not \(name)", line: instruction.line)
      }
      let name = DockerfileWords.string(word[..<equals])
      environment[name] = try expanded(word[(equals + 1)...])
    }
  }

  // MARK: COPY, ADD and mounts

  private func transfers(
    of instruction: DockerfileInstruction
  ) throws(Problem) -> [Dockerfile.Transfer] {
    switch instruction.keyword {
    case "COPY": return [try transfer(.copy, of: instruction)]
    case "ADD": return [try transfer(.add, of: instruction)]
    case "RUN": return try mounts(of: instruction)
    default: return []
    }
  }

  private func transfer(
    _ kind: Dockerfile.Transfer.Kind, of instruction: DockerfileInstruction
  ) throws(Problem) -> Dockerfile.Transfer {
    var unresolved: [String] = []
    var paths: [String] = []
    var unresolvedInSources = 0
    for word in instruction.words {
      unresolvedInSources = unresolved.count
      paths.append(
        try expand(word, visible, line: instruction.line, unresolved: &unresolved))
    }
    guard paths.count >= 2, let target = paths.popLast() else {
      let message = "\(instruction.keyword) needs a source and a target"
      throw Problem(message, line: instruction.line)
    }
    var from: String?
    if let flag = instruction.flag("from") {
      from = try expand(flag, visible, line: instruction.line, unresolved: &unresolved)
    }
    let isHeredoc = instruction.words.map { word in
      !instruction.heredocs.isEmpty
        && !DockerfileWords.heredocMarkers(Array(word.utf8)[...]).isEmpty
    }
    let sources = zip(paths, isHeredoc).filter { !$0.1 }.map(\.0)
    return Dockerfile.Transfer(
      kind: kind, line: instruction.line, from: from, sources: sources, target: target,
      unresolved: unresolved, hasUnresolvedSource: unresolvedInSources > 0)
  }

  /// The bind mounts of a `RUN`: they read files as `COPY` does. A mount without a type is one.
  private func mounts(
    of instruction: DockerfileInstruction
  ) throws(Problem) -> [Dockerfile.Transfer] {
    var found: [Dockerfile.Transfer] = []
    for flag in instruction.flags where flag.name == "mount" {
      var unresolved: [String] = []
      var options: [String: String] = [:]
      for option in (flag.value ?? "").split(separator: ",") {
        let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { continue }
        options[parts[0].lowercased()] = try expand(
          parts[1], visible, line: instruction.line, unresolved: &unresolved)
      }
      guard options["type"] ?? "bind" == "bind" else { continue }
      found.append(
        Dockerfile.Transfer(
          kind: .bindMount, line: instruction.line, from: options["from"],
          sources: [options["source"] ?? options["src"] ?? "."],
          target: options["target"] ?? options["dst"] ?? options["destination"] ?? "",
          unresolved: unresolved, hasUnresolvedSource: !unresolved.isEmpty))
    }
    return found
  }
}
