/// SHA-256 (FIPS 180-4), fed in parts.
public struct SHA256: Sendable {
  var state: InlineArray<8, UInt32> = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A,
    0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  /// Bytes that do not fill a block yet: the first `pendingCount`.
  private var pending = InlineArray<64, UInt8>(repeating: 0)
  private var pendingCount = 0
  /// All bytes so far.
  private var count: UInt64 = 0

  /// A hash of nothing yet.
  public init() {}

  /// Adds `bytes`.
  public mutating func update(_ bytes: [UInt8]) { update(bytes.span) }

  /// Adds `bytes`.
  public mutating func update(_ bytes: ArraySlice<UInt8>) { update(bytes.span) }

  /// Adds `bytes`.
  public mutating func update(_ bytes: Span<UInt8>) {
    count &+= UInt64(bytes.count)
    var start = 0
    if pendingCount > 0 {
      while pendingCount < 64, start < bytes.count {
        pending[pendingCount] = bytes[start]
        pendingCount += 1
        start += 1
      }
      guard pendingCount == 64 else { return }
      let block = pending
      compress(block.span)
      pendingCount = 0
    }
    let whole = (bytes.count - start) / 64 * 64
    if whole > 0 { compress(bytes.extracting(start..<start + whole)) }
    for index in start + whole..<bytes.count {
      pending[pendingCount] = bytes[index]
      pendingCount += 1
    }
  }

  /// The digest of all bytes added. Ends the hash: what is added afterwards has no meaning.
  public mutating func finalize() -> Digest {
    let bits = count &* 8
    var padding: [UInt8] = [0x80]
    let zeros = (119 - pendingCount) % 64
    padding.append(contentsOf: repeatElement(0, count: zeros))
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      padding.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    update(padding)
    return Digest(state)
  }
}
