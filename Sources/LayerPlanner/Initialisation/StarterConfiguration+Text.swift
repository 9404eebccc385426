extension StarterConfiguration {
  /// The file, with comments.
  public var text: [UInt8] {
    var text = StarterText()
    text.comment(
      "The layers of this repository's images, from the bottom up, as `sindri-watch init` read them",
      "from the Dockerfiles. `sindri-watch doctor` holds the one against the other. `git config -f`",
      "reads and writes this file, too; a machine's own choices go to .sindri-watch.local.conf.")
    text.section("image")
    if let repositorySource {
      text.note("From \(repositorySource).")
    } else {
      text.note("The directory's name; to push images, write REGISTRY/NAME.")
    }
    text.value("repository", repository)
    for layer in layers { write(layer, &text) }
    writeContainer(&text)
    return text.bytes
  }

  private func write(_ layer: Layer, _ text: inout StarterText) {
    text.section("layer", layer.name.text)
    text.value("dockerfile", layer.dockerfile.bytes)
    if layer.context != .root { text.value("context", layer.context.bytes) }
    if let parent = layer.parent {
      if let argument = parent.argument {
        text.value("parent", parent.layer.text)
        text.value("parent-argument", argument)
      } else {
        let place = "\(layer.dockerfile):\(parent.line)"
        text.note("\(place) takes no argument for this parent, so that it stands aside.")
        text.value("parent", parent.layer.text, isActive: false)
        text.value("parent-argument", "NAME", isActive: false)
      }
    }
    text.value("stable", layer.stable)
    for pattern in layer.patterns { text.value("path", pattern) }
  }

  /// A container is nobody's but the user's to start: it is only suggested.
  private func writeContainer(_ text: inout StarterText) {
    let parents = Set(layers.compactMap { $0.parent?.layer })
    let tops = layers.filter { !parents.contains($0.name) }
    guard let top = tops.first(where: { $0.stable == "latest" }) ?? tops.first else { return }
    text.blank()
    text.comment(
      "Without the # of these lines, \(top.name) runs in a container and is replaced by what was",
      "built" + (top.directories.isEmpty ? "." : "; files below [sync] are there at once."))
    let base = repository.split(separator: "/" as Character).last.map(String.init) ?? "images"
    text.section("container", isActive: false)
    text.value("name", "\(base)-dev", isActive: false)
    text.value("layer", top.name.text, isActive: false)
    for port in top.ports {
      text.value("publish", "127.0.0.1:\(Self.localPort(port)):\(port)", isActive: false)
    }
    text.value("restart", "true", isActive: false)
    for (source, target) in top.directories {
      text.section("sync", source.bytes, isActive: false)
      text.value("target", target, isActive: false)
    }
  }

  /// A port that needs no privilege: 22 -> 2222, 80 -> 8080, 443 -> 8443.
  private static func localPort(_ port: Int) -> Int {
    switch port {
    case 22: 2222
    case ..<1024: 8000 + port
    default: port
    }
  }
}

/// Lines of a configuration file.
private struct StarterText {
  private(set) var bytes: [UInt8] = []

  mutating func comment(_ lines: String...) {
    for line in lines { add("# \(line)") }
  }

  mutating func blank() { add("") }

  mutating func note(_ text: String) { add("\t# \(text)") }

  mutating func section(_ name: String, isActive: Bool = true) {
    if isActive { blank() }
    add("\(isActive ? "" : "#")[\(name)]")
  }

  mutating func section(_ name: String, _ subsection: String) {
    section(name, Array(subsection.utf8), isActive: true)
  }

  mutating func section(_ name: String, _ subsection: [UInt8], isActive: Bool) {
    if isActive { blank() }
    bytes += Array("\(isActive ? "" : "#")[\(name) \"".utf8)
    bytes += Self.escaped(subsection) + Array("\"]\n".utf8)
  }

  mutating func value(_ key: String, _ value: String, isActive: Bool = true) {
    self.value(key, Array(value.utf8), isActive: isActive)
  }

  mutating func value(_ key: String, _ value: [UInt8], isActive: Bool = true) {
    bytes += Array("\(isActive ? "" : "#")\t\(key) = ".utf8)
    let needsQuotes =
      value.first == 0x20 || value.last == 0x20
      || value.contains { "#;\"\\\t\n\r".utf8.contains($0) }
    bytes += needsQuotes ? [0x22] + Self.escaped(value) + [0x22] : value
    add("")
  }

  private mutating func add(_ line: String) { bytes += Array("\(line)\n".utf8) }

  /// As git writes a value in quotes.
  private static func escaped(_ value: [UInt8]) -> [UInt8] {
    value.flatMap { byte -> [UInt8] in
      switch byte {
      case 0x22, 0x5C: [0x5C, byte]
      case 0x0A: Array("\\n".utf8)
      case 0x09: Array("\\t".utf8)
      default: [byte]
      }
    }
  }
}
