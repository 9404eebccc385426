/// Which of many changes were given before: a table of positions, so that a million of them costs
/// one pass over their bytes and no reference counting.
struct SeenPaths {
  /// The hash's upper half and the position plus one; zero is a free slot.
  private var slots: [UInt64]
  private let mask: Int

  /// A table for at most `capacity` changes.
  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    mask = size - 1
  }

  /// Whether the change at `position` differs from all those asked about before, which come from
  /// the same array.
  mutating func isNew(_ position: Int, in changes: [ChangedPath]) -> Bool {
    let hash = Self.hash(changes[position])
    let upperHalf = hash & 0xFFFF_FFFF_0000_0000
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      if slots[slot] & 0xFFFF_FFFF_0000_0000 == upperHalf {
        let earlier = Int(slots[slot] & 0xFFFF_FFFF) - 1
        if changes[earlier] == changes[position] { return false }
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = upperHalf | UInt64(position + 1)
    return true
  }

  /// FNV-1a, its bits mixed once more because only some of them choose the slot.
  private static func hash(_ change: ChangedPath) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let bytes = change.path.bytes.span
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    hash = (hash ^ (hash >> 32)) &* 0x9E37_79B9_7F4A_7C15
    return hash ^ (hash >> 29)
  }
}
