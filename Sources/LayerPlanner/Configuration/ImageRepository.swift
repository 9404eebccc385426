/// The name of an image without tag and digest, by the reference grammar of the distribution
/// project: `[DOMAIN[:PORT]/]NAME[/NAME...]`, at most 255 bytes.
extension ConfigurationValue {
  /// A repository, or what is wrong with it.
  static func repository(_ bytes: [UInt8]) throws(Problem) -> String {
    let text = try text(bytes)
    var components = text.split(separator: "/", omittingEmptySubsequences: false)
    let last = Array(components[components.count - 1].utf8)
    if last.contains(UInt8(ascii: "@")) || (components.count > 1 && last.contains(0x3A)) {
      throw Problem(message: "\(quoted(bytes)) has a tag or digest; write the name alone")
    }
    if components.count > 1, isDomainLike(components[0]) {
      guard isDomain(Array(components[0].utf8)) else {
        throw Problem(
          message: "\(quoted(bytes)) does not begin with a registry such as registry.fly.io:5000")
      }
      components.removeFirst()
    }
    guard bytes.count <= 255, components.allSatisfy({ isComponent(Array($0.utf8)) }) else {
      throw Problem(
        message:
          "\(quoted(bytes)) is no image repository; use a-z and 0-9, between them single . or _, "
          + "__ or -, and / between the parts")
    }
    return text
  }

  /// What the engine takes for a registry rather than for a part of the name.
  private static func isDomainLike(_ text: Substring) -> Bool {
    text == "localhost" || text.utf8.contains { ".:[".utf8.contains($0) }
      || text.utf8.contains { (0x41...0x5A).contains($0) }
  }

  private static func isDomain(_ bytes: [UInt8]) -> Bool {
    var host = bytes[...]
    let colon = host.lastIndex(of: UInt8(ascii: ":"))
    let bracket = host.lastIndex(of: UInt8(ascii: "]"))
    if let colon, colon > bracket ?? -1 {
      let port = host[(colon + 1)...]
      guard !port.isEmpty, port.allSatisfy(isDigit) else { return false }
      host = host[..<colon]
    }
    if host.first == UInt8(ascii: "["), bracket == host.endIndex - 1 {
      let address = host.dropFirst().dropLast()
      return !address.isEmpty
        && address.allSatisfy {
          isDigit($0) || (0x61...0x66).contains($0 | 0x20) || $0 == UInt8(ascii: ":")
        }
    }
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      label.first.map(isAlphanumeric) == true && label.last.map(isAlphanumeric) == true
        && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isComponent(_ bytes: [UInt8]) -> Bool {
    guard bytes.first.map(isSmallAlphanumeric) == true,
      bytes.last.map(isSmallAlphanumeric) == true
    else { return false }
    let separators = bytes.split(
      omittingEmptySubsequences: true, whereSeparator: isSmallAlphanumeric)
    return separators.allSatisfy { separator in
      let text = String(decoding: separator, as: UTF8.self)
      return text == "." || text == "_" || text == "__" || text.allSatisfy { $0 == "-" }
    }
  }
}
