/// The replacement character, which stands for each byte that is not part of valid UTF-8.
let replacementScalar: UInt32 = 0xFFFD

/// The code point that starts at `index` and the bytes that it takes. A byte that is not part of
/// valid UTF-8 counts as one U+FFFD, as in Go, whose rules .dockerignore follows.
func decodeScalar(_ bytes: [UInt8], at index: Int) -> (scalar: UInt32, width: Int) {
  let lead = bytes[index]
  if lead < 0x80 { return (UInt32(lead), 1) }
  let width: Int
  let smallest: UInt32
  var scalar: UInt32
  switch lead {
  case 0xC2...0xDF: (width, smallest, scalar) = (2, 0x80, UInt32(lead & 0x1F))
  case 0xE0...0xEF: (width, smallest, scalar) = (3, 0x800, UInt32(lead & 0x0F))
  case 0xF0...0xF4: (width, smallest, scalar) = (4, 0x10000, UInt32(lead & 0x07))
  default: return (replacementScalar, 1)
  }
  guard index + width <= bytes.count else { return (replacementScalar, 1) }
  for next in bytes[index + 1..<index + width] {
    guard next & 0xC0 == 0x80 else { return (replacementScalar, 1) }
    scalar = scalar << 6 | UInt32(next & 0x3F)
  }
  let isSurrogate = (0xD800...0xDFFF).contains(scalar)
  guard scalar >= smallest, scalar <= 0x10FFFF, !isSurrogate else { return (replacementScalar, 1) }
  return (scalar, width)
}

/// All code points of `bytes`, decoded as `decodeScalar` does.
func decodeScalars(_ bytes: [UInt8]) -> [UInt32] {
  var scalars: [UInt32] = []
  scalars.reserveCapacity(bytes.count)
  var index = 0
  while index < bytes.count {
    let (scalar, width) = decodeScalar(bytes, at: index)
    scalars.append(scalar)
    index += width
  }
  return scalars
}

/// The UTF-8 bytes of one code point; none for a value that is not a Unicode scalar.
func encodeScalar(_ scalar: UInt32) -> [UInt8] {
  Unicode.Scalar(scalar).map { Array(String(Character($0)).utf8) } ?? []
}
