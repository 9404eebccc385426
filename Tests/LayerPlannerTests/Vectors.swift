import Foundation

/// The conformance vectors: JSON Lines files of inputs with the answers of the reference
/// implementations, described in `Vectors/README.md`.
enum Vectors {
  /// The folder beside this file, or the one that `SINDRI_WATCH_VECTORS` names, so that other
  /// answers can be run through the same tests.
  static var folder: URL {
    if let other = ProcessInfo.processInfo.environment["SINDRI_WATCH_VECTORS"], !other.isEmpty {
      return URL(fileURLWithPath: other, isDirectory: true)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Vectors", isDirectory: true)
  }

  /// Every row of `name`.jsonl, decoded, in the order of the file.
  static func rows<Row: Decodable>(_ name: String, as type: Row.Type = Row.self) throws -> [Row] {
    let data = try Data(contentsOf: folder.appendingPathComponent("\(name).jsonl"))
    let decoder = JSONDecoder()
    return try data.split(separator: UInt8(ascii: "\n")).map { line in
      try decoder.decode(type, from: line)
    }
  }
}
