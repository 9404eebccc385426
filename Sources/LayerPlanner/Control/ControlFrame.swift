/// A part of the watcher's answer: `KIND LENGTH` on a line, then as many bytes.
public struct ControlFrame: Hashable, Sendable {
  /// What the bytes are.
  public enum Kind: String, Sendable {
    /// For standard output.
    case output = "out"
    /// For standard error.
    case errors = "err"
    /// The layers that were built for the request, separated by tabs.
    case built
    /// The last: the exit status, a space, and why, for people; the reason may be empty.
    case end
  }

  /// What the bytes are.
  public let kind: Kind
  /// The bytes.
  public let payload: [UInt8]

  /// The most bytes of one frame that a reader takes.
  public static let mostBytes = 4 << 20

  /// A frame of these bytes.
  public init(_ kind: Kind, _ payload: [UInt8]) {
    self.kind = kind
    self.payload = payload
  }

  /// The last frame of an answer.
  public static func end(_ status: Int32, _ message: String = "") -> ControlFrame {
    ControlFrame(.end, Array("\(status) \(message)".utf8))
  }

  /// What travels.
  public var bytes: [UInt8] { Array("\(kind.rawValue) \(payload.count)\n".utf8) + payload }

  /// The exit status and the reason that an `end` holds; nil for another frame.
  public var ending: (status: Int32, message: String)? {
    guard kind == .end else { return nil }
    let text = String(decoding: payload, as: UTF8.self)
    let number = text.prefix { $0 != " " }
    return Int32(number).map { ($0, String(text.dropFirst(number.count + 1))) }
  }
}

/// Puts frames together from bytes that may be cut anywhere.
public struct ControlFrameReader: Sendable {
  /// What came is no frame.
  public struct Malformed: Error, Hashable, Sendable {}

  private var buffer: [UInt8] = []

  /// A reader that has read nothing.
  public init() {}

  /// Takes more bytes and gives the frames that are complete now.
  public mutating func feed(_ bytes: [UInt8]) throws(Malformed) -> [ControlFrame] {
    buffer += bytes
    var frames: [ControlFrame] = []
    var start = 0
    while let end = buffer[start...].firstIndex(of: 0x0A) {
      let words = String(decoding: buffer[start..<end], as: UTF8.self)
        .split(separator: " " as Character)
      guard words.count == 2, let kind = ControlFrame.Kind(rawValue: String(words[0])),
        let length = Int(words[1]), (0...ControlFrame.mostBytes).contains(length)
      else { throw Malformed() }
      guard buffer.count - end - 1 >= length else { break }
      frames.append(ControlFrame(kind, Array(buffer[(end + 1)..<(end + 1 + length)])))
      start = end + 1 + length
    }
    buffer.removeFirst(start)
    // No header is that long.
    if buffer.count > 64, !buffer.prefix(64).contains(0x0A) { throw Malformed() }
    return frames
  }
}
