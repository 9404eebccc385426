/// What the name and the place of a Dockerfile say of it.
public enum DockerfileName {
  /// Whether a file of this name is probably a Dockerfile: `Dockerfile`, `Dockerfile.base`,
  /// `base.Dockerfile`, `base.dockerfile`, and the same with `Containerfile`. Ignore files and what
  /// editors leave behind are none.
  public static func isDockerfile(_ path: RepositoryPath) -> Bool {
    let last = path.lastComponent
    guard !EditorFiles.isTemporary(last), let name = text(of: last) else { return false }
    return kind(of: name) != nil && !others.contains { name.hasSuffix($0) }
  }

  /// Names for a layer that is built from the Dockerfile at `path`, the best first; each is longer
  /// than the one before. Empty when the file is simply called `Dockerfile` and its directories
  /// say nothing, either.
  static func layerNames(_ path: RepositoryPath) -> [String] {
    var components = path.components
    guard let last = components.popLast(), let fileName = text(of: last) else { return [] }
    var parts = [kind(of: fileName) ?? ""]
    parts += components.reversed().map { text(of: $0) ?? "" }.filter { !silent.contains($0) }
    var names: [String] = []
    var name = ""
    for part in parts.map(layerName) where !part.isEmpty {
      name = layerName(name.isEmpty ? part : part + "-" + name)
      names.append(name)
    }
    return names
  }

  /// `text` with the characters that a layer's name may have; empty when nothing is left.
  static func layerName(_ text: String) -> String {
    var name: [UInt8] = []
    for byte in text.lowercased().utf8 {
      let isAlphanumeric = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
      if isAlphanumeric {
        name.append(byte)
      } else if let last = name.last, !separators.contains(last) {
        name.append(separators.contains(byte) ? byte : UInt8(ascii: "-"))
      }
    }
    name = Array(name.prefix(60))
    while let last = name.last, separators.contains(last) { name.removeLast() }
    return String(decoding: name, as: UTF8.self)
  }

  /// Ends of names of files that are no Dockerfiles, whatever stands before.
  private static let others = [
    ".dockerignore", ".containerignore", ".bak", ".old", ".orig", ".rej", ".save", ".tmp",
  ]

  private static let separators = Array("-_.".utf8)

  /// Directories whose names say that images are built, not which.
  private static let silent: Set<String> = [
    ".ci", ".docker", ".github", "build", "ci", "container", "containers", "deploy", "docker",
    "dockerfiles", "image", "images", "infra",
  ]

  /// What stands beside `Dockerfile` in a file's name, such as `base`; empty for nothing, nil when
  /// the name has another form.
  private static func kind(of name: String) -> String? {
    for word in ["Dockerfile", "Containerfile"] {
      if name == word || name == word.lowercased() { return "" }
      if name.hasPrefix(word), let mark = name.dropFirst(word.count).first, "._-".contains(mark) {
        return String(name.dropFirst(word.count + 1))
      }
      for suffix in [".\(word)", ".\(word.lowercased())"] where name.hasSuffix(suffix) {
        return String(name.dropLast(suffix.count))
      }
    }
    return nil
  }

  private static func text(of bytes: [UInt8]) -> String? {
    String(validating: bytes, as: UTF8.self)
  }
}
