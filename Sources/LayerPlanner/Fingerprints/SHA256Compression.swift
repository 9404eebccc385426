extension SHA256 {
  /// Works `blocks`, a multiple of 64 bytes, into the state.
  ///
  /// The sixteen words of the message schedule and the eight of the state are local variables
  /// and sixteen rounds are written out, so that all of them stay in registers: an array in the
  /// inner loop makes this several times slower.
  mutating func compress(_ blocks: Span<UInt8>) {
    let constants = Self.constants
    var s = state
    var start = 0
    while start < blocks.count {
      let block = blocks.extracting(start..<start + 64)
      var w0 = Self.word(block, 0)
      var w1 = Self.word(block, 4)
      var w2 = Self.word(block, 8)
      var w3 = Self.word(block, 12)
      var w4 = Self.word(block, 16)
      var w5 = Self.word(block, 20)
      var w6 = Self.word(block, 24)
      var w7 = Self.word(block, 28)
      var w8 = Self.word(block, 32)
      var w9 = Self.word(block, 36)
      var w10 = Self.word(block, 40)
      var w11 = Self.word(block, 44)
      var w12 = Self.word(block, 48)
      var w13 = Self.word(block, 52)
      var w14 = Self.word(block, 56)
      var w15 = Self.word(block, 60)
      var (a, b, c, d) = (s[0], s[1], s[2], s[3])
      var (e, f, g, h) = (s[4], s[5], s[6], s[7])
      var round = 0
      while true {
        Self.round(a, b, c, &d, e, f, g, &h, constants[round &+ 0] &+ w0)
        Self.round(h, a, b, &c, d, e, f, &g, constants[round &+ 1] &+ w1)
        Self.round(g, h, a, &b, c, d, e, &f, constants[round &+ 2] &+ w2)
        Self.round(f, g, h, &a, b, c, d, &e, constants[round &+ 3] &+ w3)
        Self.round(e, f, g, &h, a, b, c, &d, constants[round &+ 4] &+ w4)
        Self.round(d, e, f, &g, h, a, b, &c, constants[round &+ 5] &+ w5)
        Self.round(c, d, e, &f, g, h, a, &b, constants[round &+ 6] &+ w6)
        Self.round(b, c, d, &e, f, g, h, &a, constants[round &+ 7] &+ w7)
        Self.round(a, b, c, &d, e, f, g, &h, constants[round &+ 8] &+ w8)
        Self.round(h, a, b, &c, d, e, f, &g, constants[round &+ 9] &+ w9)
        Self.round(g, h, a, &b, c, d, e, &f, constants[round &+ 10] &+ w10)
        Self.round(f, g, h, &a, b, c, d, &e, constants[round &+ 11] &+ w11)
        Self.round(e, f, g, &h, a, b, c, &d, constants[round &+ 12] &+ w12)
        Self.round(d, e, f, &g, h, a, b, &c, constants[round &+ 13] &+ w13)
        Self.round(c, d, e, &f, g, h, a, &b, constants[round &+ 14] &+ w14)
        Self.round(b, c, d, &e, f, g, h, &a, constants[round &+ 15] &+ w15)
        round &+= 16
        if round == 64 { break }
        w0 = Self.expand(w0, w1, w9, w14)
        w1 = Self.expand(w1, w2, w10, w15)
        w2 = Self.expand(w2, w3, w11, w0)
        w3 = Self.expand(w3, w4, w12, w1)
        w4 = Self.expand(w4, w5, w13, w2)
        w5 = Self.expand(w5, w6, w14, w3)
        w6 = Self.expand(w6, w7, w15, w4)
        w7 = Self.expand(w7, w8, w0, w5)
        w8 = Self.expand(w8, w9, w1, w6)
        w9 = Self.expand(w9, w10, w2, w7)
        w10 = Self.expand(w10, w11, w3, w8)
        w11 = Self.expand(w11, w12, w4, w9)
        w12 = Self.expand(w12, w13, w5, w10)
        w13 = Self.expand(w13, w14, w6, w11)
        w14 = Self.expand(w14, w15, w7, w12)
        w15 = Self.expand(w15, w0, w8, w13)
      }
      s[0] &+= a
      s[1] &+= b
      s[2] &+= c
      s[3] &+= d
      s[4] &+= e
      s[5] &+= f
      s[6] &+= g
      s[7] &+= h
      start &+= 64
    }
    state = s
  }

  @inline(__always)
  private static func word(_ block: Span<UInt8>, _ index: Int) -> UInt32 {
    UInt32(block[index]) << 24 | UInt32(block[index &+ 1]) << 16
      | UInt32(block[index &+ 2]) << 8 | UInt32(block[index &+ 3])
  }

  @inline(__always)
  private static func rotate(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word &>> bits | word &<< (32 &- bits)
  }

  /// One round; the variables change their roles from round to round instead of their values.
  @inline(__always)
  private static func round(
    _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32,
    _ e: UInt32, _ f: UInt32, _ g: UInt32, _ h: inout UInt32, _ input: UInt32
  ) {
    let sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    let choice = g ^ (e & (f ^ g))
    let first = h &+ sum1 &+ choice &+ input
    let sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    let majority = (a & b) | (c & (a | b))
    d &+= first
    h = first &+ sum0 &+ majority
  }

  /// A word of the message schedule from those 16, 15, 7 and 2 places before it.
  @inline(__always)
  private static func expand(
    _ w16: UInt32, _ w15: UInt32, _ w7: UInt32, _ w2: UInt32
  ) -> UInt32 {
    let small0 = rotate(w15, 7) ^ rotate(w15, 18) ^ w15 &>> 3
    let small1 = rotate(w2, 17) ^ rotate(w2, 19) ^ w2 &>> 10
    return w16 &+ small0 &+ w7 &+ small1
  }

  /// The round constants: fractional parts of the cube roots of the first 64 primes.
  private static let constants: InlineArray<64, UInt32> = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5,
    0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3,
    0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC,
    0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7,
    0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13,
    0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3,
    0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5,
    0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208,
    0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}
