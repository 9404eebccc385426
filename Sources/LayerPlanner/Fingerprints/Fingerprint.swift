/// The identity of a layer's content: SHA-256 over everything that a clean build of it reads.
/// Two layers with equal fingerprints are the same build.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  /// 64 lowercase hexadecimal digits.
  public let hex: String

  /// A fingerprint from its digits, as read back from an image's label; nil when `hex` is not
  /// 64 lowercase hexadecimal digits.
  public init?(hex: String) {
    let digits = hex.utf8
    let isHex = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard digits.count == 64, isHex else { return nil }
    self.hex = hex
  }

  /// A fingerprint from digits that are known to have the form.
  init(digits: String) { hex = digits }

  /// The form used in tags: the first 16 digits.
  public var short: String { String(hex.prefix(16)) }

  /// The full digits.
  public var description: String { hex }
}
