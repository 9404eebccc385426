/// Which Dockerfile's image another one is built from: by the default of the argument in its FROM,
/// else by the argument's name.
struct ParentInference {
  /// That an image of another Dockerfile is meant.
  struct Link {
    /// The positions of the two among the candidates.
    let child: Int
    let parent: Int
    /// What the child says.
    let base: LayerCandidate.Base
    /// Whether it is the first thing that the child is built from.
    let isMain: Bool
    /// The tag of the child's default, when it is the tag that told.
    let tag: String?
    /// Whether the default's name told, with or without the tag.
    let isByImage: Bool
  }

  /// The links that were found: of each child's bases at most one each, and no ring of main ones.
  private(set) var links: [Link] = []

  private let candidates: [LayerCandidate]
  private let names: [[String]]

  /// - Parameter directoryName: what the repository's directory is called.
  init(_ candidates: [LayerCandidate], directoryName: String) {
    self.candidates = candidates
    let plain = ["application", "app", "main", DockerfileName.layerName(directoryName)]
    names = candidates.map { $0.names.isEmpty ? plain.filter { !$0.isEmpty } : $0.names }
    var found: [(link: Link, strength: Strength)] = []
    for child in candidates.indices {
      var hasMain = false
      for base in candidates[child].bases {
        guard let (parent, strength) = parent(of: child, base) else { continue }
        // Only what is passed as an argument can be exchanged for another image.
        let isMain = !hasMain && base.argument != nil
        if isMain { hasMain = true }
        found.append(
          (
            Link(
              child: child, parent: parent, base: base, isMain: isMain,
              tag: strength.kind == .tag ? base.image.tag : nil,
              isByImage: strength.kind >= .image),
            strength
          ))
      }
    }
    // The surest first: in a ring the weakest is wrong.
    for (link, _) in found.sorted(by: { $0.strength > $1.strength }) {
      if link.isMain, stands(link.parent, on: link.child) { continue }
      links.append(link)
    }
  }

  /// The link to the image that the candidate at `child` is built on.
  func main(of child: Int) -> Link? { links.first { $0.child == child && $0.isMain } }

  private func stands(_ upper: Int, on lower: Int) -> Bool {
    var current: Int? = upper
    while let here = current {
      if here == lower { return true }
      current = main(of: here)?.parent
    }
    return false
  }

  // MARK: How sure it is

  /// What told, from the weakest.
  private enum Kind: Int, Comparable {
    /// There is no other.
    case only
    /// The argument's name.
    case argument
    /// The name of the default image.
    case image
    /// The tag of the default image.
    case tag

    static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Strength: Comparable {
    let kind: Kind
    /// How much of a layer's name was found.
    let length: Int
    /// How many directories the two share.
    let nearness: Int

    static func < (left: Strength, right: Strength) -> Bool {
      (left.kind, left.length, left.nearness) < (right.kind, right.length, right.nearness)
    }
  }

  private func parent(of child: Int, _ base: LayerCandidate.Base) -> (Int, Strength)? {
    var best: (parent: Int, strength: Strength)?
    for other in candidates.indices where other != child {
      let near = zip(
        candidates[child].path.directory.components, candidates[other].path.directory.components
      ).prefix { $0 == $1 }.count
      guard let (kind, length) = match(base, names[other]) else { continue }
      let strength = Strength(kind: kind, length: length, nearness: near)
      if best.map({ $0.strength < strength }) ?? true { best = (other, strength) }
    }
    if let best { return best }
    // An argument without a default, in the only Dockerfile besides another, can mean no other.
    guard candidates.count == 2, base.argument != nil, base.image.repository.isEmpty else {
      return nil
    }
    return (1 - child, Strength(kind: .only, length: 0, nearness: 0))
  }

  private func match(_ base: LayerCandidate.Base, _ names: [String]) -> (Kind, Int)? {
    var found: [(Kind, Int)] = []
    for name in names {
      if let tag = base.image.tag, base.image.isQualified || base.argument != nil,
        tag == name || tag.hasPrefix(name + "-")
      {
        found.append((.tag, name.count))
      }
      if Self.names(base.image, name) { found.append((.image, name.count)) }
      if let argument = base.argument, Self.words(argument) == name {
        found.append((.argument, name.count))
      }
    }
    return found.max { $0 < $1 }
  }

  /// Whether the image is called like the layer. `python:3.12`, without a registry or an owner, is
  /// somebody else's, whatever the directories are called here.
  private static func names(_ image: ImageReference, _ name: String) -> Bool {
    let last = image.lastName.lowercased()
    let ending = last.dropLast(name.count).last
    let isNamed =
      last == name || last.hasSuffix(name) && (ending.map { "-_.".contains($0) } ?? false)
    guard isNamed, !image.repository.hasPrefix("library/") else { return false }
    return image.isQualified
      || ["dev", "latest", "local", "stable"].contains(image.tag ?? "latest")
  }

  /// `TOOLING_IMAGE` -> `tooling`.
  private static func words(_ argument: String) -> String {
    let silent: Set<String> = ["from", "image", "layer", "parent", "ref", "tag"]
    let words = argument.lowercased().split(separator: "_" as Character).map(String.init)
    return words.filter { !silent.contains($0) }.joined(separator: "-")
  }
}
