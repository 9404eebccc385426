import Glibc

/// The environment of a process: names and values as bytes, in the order the kernel gave them.
struct ProcessEnvironment: Sendable {
  private var entries: [(name: [UInt8], value: [UInt8])]

  /// The environment that this process was started with.
  static var inherited: ProcessEnvironment {
    var entries: [(name: [UInt8], value: [UInt8])] = []
    var cursor = unsafe environ
    while let entry = unsafe cursor.pointee {
      let text = unsafe bytesOfCString(entry)
      if let split = text.firstIndex(of: UInt8(ascii: "=")) {
        entries.append((Array(text[..<split]), Array(text[(split + 1)...])))
      }
      unsafe cursor += 1
    }
    return ProcessEnvironment(entries: entries)
  }

  init(entries: [(name: [UInt8], value: [UInt8])]) { self.entries = entries }

  /// The value of a variable as text; nil when it is not set.
  subscript(_ name: String) -> String? {
    bytes(of: name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The value of a variable as bytes; nil when it is not set.
  func bytes(of name: String) -> [UInt8]? {
    entries.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// Sets or replaces a variable.
  mutating func set(_ name: String, _ value: String) {
    entries.removeAll { $0.name.elementsEqual(name.utf8) }
    entries.append((Array(name.utf8), Array(value.utf8)))
  }

  /// Takes a variable out.
  mutating func remove(_ name: String) {
    entries.removeAll { $0.name.elementsEqual(name.utf8) }
  }

  /// The variables whose names start with `prefix`.
  func variables(startingWith prefix: String) -> [String: [UInt8]] {
    var found: [String: [UInt8]] = [:]
    for entry in entries where entry.name.starts(with: prefix.utf8) {
      found[String(decoding: entry.name, as: UTF8.self)] = entry.value
    }
    return found
  }

  /// The form that execve(2) takes: one `NAME=value` each.
  var assignments: [[UInt8]] {
    entries.map { $0.name + [UInt8(ascii: "=")] + $0.value }
  }
}
