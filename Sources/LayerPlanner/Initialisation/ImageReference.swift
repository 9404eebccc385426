/// An image's name, cut at the tag: `registry.fly.io/sindri:base-stable`.
struct ImageReference: Hashable {
  /// What stands before the tag and the digest.
  let repository: String
  /// The tag; nil without one.
  let tag: String?

  init(_ text: String) {
    let name = text.prefix { $0 != "@" }
    let slash = name.lastIndex(of: "/") ?? name.startIndex
    guard let colon = name[slash...].lastIndex(of: ":") else {
      repository = String(name)
      tag = nil
      return
    }
    repository = String(name[..<colon])
    let rest = name[name.index(after: colon)...]
    tag = rest.isEmpty ? nil : String(rest)
  }

  /// The last part of the repository's name.
  var lastName: String { String(repository.split(separator: "/" as Character).last ?? "") }

  /// Whether the repository's name has more than one part.
  var isQualified: Bool { repository.contains("/" as Character) }
}
