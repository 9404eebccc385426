/// Cuts a stream of bytes into lines as a terminal would show them: escape sequences are dropped, a
/// carriage return starts the line again, and a line is bounded.
public struct OutputLines: Sendable {
  /// The most bytes that are kept of one line; the rest of it is dropped.
  public static let limit = 4096

  private enum State {
    case text, escape, control, string, stringEscape
  }

  /// A stream of which nothing was seen.
  public init() {}

  private var state = State.text
  private var line: [UInt8] = []
  private var sawReturn = false

  /// Takes bytes, cut anywhere, and gives each finished line to `body`.
  public mutating func feed(_ bytes: [UInt8], _ body: (String) -> Void) {
    for byte in bytes {
      switch state {
      case .text: take(byte, body)
      case .escape: afterEscape(byte)
      case .control: if (0x40...0x7E).contains(byte) { state = .text }
      case .string:
        if byte == 0x07 { state = .text }
        if byte == 0x1B { state = .stringEscape }
      case .stringEscape: state = .text
      }
    }
  }

  /// Gives the line that the stream ended in, if there is one.
  public mutating func end(_ body: (String) -> Void) {
    if !line.isEmpty { finish(body) }
    state = .text
  }

  private mutating func take(_ byte: UInt8, _ body: (String) -> Void) {
    switch byte {
    case 0x0A: finish(body)
    case 0x0D: sawReturn = true
    case 0x1B: state = .escape
    case 0x00..<0x09, 0x0B..<0x20, 0x7F: break
    default:
      if sawReturn {
        // BuildKit writes its own prefix once, whatever the command writes over its line.
        line.removeLast(line.count - Self.prefixLength(line))
        sawReturn = false
      }
      if line.count < Self.limit { line.append(byte) }
    }
  }

  private mutating func afterEscape(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "["): state = .control
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
      state = .string
    case 0x20...0x2F: break
    default: state = .text
    }
  }

  private mutating func finish(_ body: (String) -> Void) {
    body(String(decoding: line, as: UTF8.self))
    line.removeAll(keepingCapacity: true)
    sawReturn = false
  }

  /// The length of `#7 0.512 ` at the start of a line; 0 when it does not start so.
  private static func prefixLength(_ line: [UInt8]) -> Int {
    guard line.first == UInt8(ascii: "#") else { return 0 }
    let isDigit = { (byte: UInt8) in byte >= 0x30 && byte <= 0x39 }
    let isTime = { (byte: UInt8) in isDigit(byte) || byte == UInt8(ascii: ".") }
    let afterNumber = line.dropFirst().drop(while: isDigit)
    guard afterNumber.startIndex > 1, afterNumber.first == UInt8(ascii: " ") else { return 0 }
    let afterTime = afterNumber.dropFirst().drop(while: isTime)
    guard afterTime.first == UInt8(ascii: " "), afterTime.startIndex > afterNumber.startIndex + 1
    else { return 0 }
    return afterTime.startIndex + 1
  }
}
