/// A source of COPY or ADD, or of a bind mount: a path below the build context, with the wildcards
/// of Go's `filepath.Match`.
struct CopySource {
  /// The path that it names, without regard to wildcards.
  let path: RepositoryPath
  /// The names on the way, cleaned of `.` and `..`; nothing leads out of the context.
  private let components: [String]
  private let context: RepositoryPath
  /// What it matches; nil without wildcards.
  private let glob: PathPattern?

  /// A source as the Dockerfile has it, variables expanded; nil for an address, which is no file.
  init?(_ source: String, context: RepositoryPath) {
    let address = source.prefix { $0 != "/" && $0 != ":" }
    if source.dropFirst(address.count).hasPrefix("://") || source.hasPrefix("git@") { return nil }
    var components: [String] = []
    for component in source.split(separator: "/" as Character) where component != "." {
      if component == ".." {
        _ = components.popLast()
      } else {
        components.append(String(component))
      }
    }
    self.components = components
    self.context = context
    path = components.reduce(context) { $0.appending($1.utf8) }
    let isWild = components.contains(where: Self.isWild)
    glob = isWild ? try? PathPattern(Self.text(components, context)) : nil
  }

  /// Whether it is the whole context.
  var isContext: Bool { components.isEmpty }

  private static func isWild(_ component: String) -> Bool {
    component.contains { "*?[".contains($0) }
  }

  /// Whether something of the tree is copied.
  func isPresent(in files: RepositoryFiles) -> Bool {
    guard let glob else { return files.kind(of: path) != nil }
    return files.matches(glob) != (false, false)
  }

  /// Whether `file` is copied: it is named, or lies in a directory that is.
  func takes(_ file: RepositoryPath) -> Bool {
    guard let glob else { return file.isWithin(path) }
    return glob.matches(file.bytes) || file.directories.contains { glob.matches($0.bytes) }
  }

  /// The filter's patterns for everything that is copied: the file itself, or all that is below the
  /// directory. What is not there may become either.
  func patterns(in files: RepositoryFiles) -> [String] {
    guard let last = components.last else {
      return [context == .root ? "**" : Self.text([], context) + "/**"]
    }
    let whole = Self.text(components, context)
    guard let glob else { return files.kind(of: path) == .file ? [whole] : [whole + "/**"] }
    let found = files.matches(glob)
    if !found.directory { return found.file ? [whole] : [whole, whole + "/**"] }
    // Whatever is added to the directory is copied, at any depth.
    if last == "*" {
      let above = Self.text(components.dropLast(), context)
      return [above.isEmpty ? "**" : above + "/**"]
    }
    if !found.file, !Self.isWild(last) { return [whole + "/**"] }
    return [whole, whole + "/**"]
  }

  private static func text(
    _ components: some Sequence<String>, _ context: RepositoryPath
  ) -> String {
    let directories = context.components.map { literal(String(decoding: $0, as: UTF8.self)) }
    let names = components.map { isWild($0) ? globbed($0) : literal($0) }
    let text = (directories + names).joined(separator: "/")
    return text.first == "!" ? "\\" + text : text
  }

  /// A pattern that matches the path alone.
  static func pattern(for path: RepositoryPath) -> String { text([], path) }

  /// A pattern that matches `name` alone. A name that is not UTF-8 has lost some of its bytes.
  static func literal(_ name: String) -> String {
    escaped(name, "\\*?[]{}()").split(separator: "\u{FFFD}", omittingEmptySubsequences: false)
      .joined(separator: "*")
  }

  /// The same pattern in a language that has braces and groups besides.
  private static func globbed(_ name: String) -> String { escaped(name, "{}()") }

  private static func escaped(_ name: String, _ special: String) -> String {
    var text = ""
    for character in name {
      if special.contains(character) { text.append("\\") }
      text.append(character)
    }
    return text
  }
}
