import Testing

@testable import LayerPlanner

struct SHA256Tests {
  /// The examples of FIPS 180-4 and of NIST's short-message test vectors.
  @Test(
    arguments: [
      ([], "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ([0xD3], "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"),
      (Array("abc".utf8), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8),
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        Array(
          """
          abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqr\
          lmnopqrsmnopqrstnopqrstu
          """.utf8),
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
      ),
      (
        Array(repeating: UInt8(ascii: "a"), count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ] as [([UInt8], String)])
  func agreesWithTheStandard(message: [UInt8], digest: String) {
    #expect(Digest(of: message).hex == digest)
  }

  /// Wherever a message is cut, the digest is the same: all cuts around the block's size.
  @Test func doesNotDependOnTheParts() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for length in [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 300] {
      let whole = Digest(of: Array(message[..<length]))
      for cut in 0...length {
        var hash = SHA256()
        hash.update(message[..<cut])
        hash.update(message[cut..<(cut + length) / 2])
        hash.update(Array(message[max(cut, (cut + length) / 2)..<length]))
        #expect(hash.finalize() == whole, "\(length) cut at \(cut)")
      }
    }
  }

  @Test func keepsItsBytes() {
    let digest = Digest(of: Array("abc".utf8))
    #expect(digest.bytes.count == 32)
    #expect(digest.bytes.prefix(4).elementsEqual([0xBA, 0x78, 0x16, 0xBF]))
    #expect("\(digest)" == digest.hex)
  }
}
