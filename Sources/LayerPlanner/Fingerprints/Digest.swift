/// A SHA-256 value: 32 bytes, kept inline.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  /// The bytes as four big-endian numbers, the first bytes in the first.
  private let words: InlineWords

  private struct InlineWords: Hashable, Sendable {
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64
  }

  /// A digest from its eight 32-bit words, in order.
  init(_ state: InlineArray<8, UInt32>) {
    func pair(_ index: Int) -> UInt64 { UInt64(state[index]) << 32 | UInt64(state[index + 1]) }
    words = InlineWords(first: pair(0), second: pair(2), third: pair(4), fourth: pair(6))
  }

  /// The SHA-256 of some bytes.
  public init(of bytes: [UInt8]) {
    var hash = SHA256()
    hash.update(bytes)
    self = hash.finalize()
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return bytes
  }

  /// Adds the 32 bytes to `text`.
  func append(to text: inout [UInt8]) {
    func append(_ word: UInt64) {
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        text.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    append(words.first)
    append(words.second)
    append(words.third)
    append(words.fourth)
  }

  /// 64 lowercase hexadecimal digits.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }

  /// The hexadecimal digits.
  public var description: String { hex }
}
