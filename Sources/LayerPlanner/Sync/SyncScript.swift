/// A batch of things to be done as the text that the program in the container reads.
///
/// Parcels of one directory make a group, and each group is answered. Directories come first, from
/// the top down. Many files go through one archive, because a program started for each of them
/// would take longer than all their bytes.
public struct SyncScript: Sendable {
  /// The parcels that are answered together, by their places in the batch.
  public struct Group: Equatable, Sendable {
    /// The number that the answer will have.
    public let number: Int
    /// The places of its parcels.
    public let parcels: [Int]
  }

  /// What is sent.
  public private(set) var bytes: [UInt8] = []
  /// The groups in the order of their answers.
  public private(set) var groups: [Group] = []

  /// From this many files of one section on, an archive is cheaper.
  static let fewestArchived = 6
  /// The most names of one command line, which the kernel limits.
  static let mostNames = 100

  private var nextGroup: Int

  /// The text for `parcels`.
  ///
  /// - Parameters:
  ///   - firstGroup: the number of the first group.
  ///   - hasArchiver: whether the container has tar.
  public init(
    _ parcels: [SyncParcel], sections: [SyncSection], firstGroup: Int, hasArchiver: Bool
  ) {
    nextGroup = firstGroup
    for (number, section) in sections.enumerated() {
      let mine = parcels.indices.filter { parcels[$0].section == number }
      guard !mine.isEmpty else { continue }
      line("s")
      name(section.target)
      name(Array(section.owner.utf8))
      writeDirectories(mine, parcels)
      writeOthers(mine, parcels, hasArchiver: hasArchiver)
    }
  }

  // MARK: Parts

  private mutating func writeDirectories(_ mine: [Int], _ parcels: [SyncParcel]) {
    let found = mine.filter { if case .directory = parcels[$0].content { true } else { false } }
    let sorted = found.sorted { parcels[$0].inside < parcels[$1].inside }
    for (parent, children) in grouped(sorted, parcels, most: Self.mostNames) {
      line("d")
      name(parent.bytes)
      var modes: [(mode: UInt32, names: [Int])] = []
      for child in children {
        guard case .directory(let mode) = parcels[child].content else { continue }
        if let known = modes.firstIndex(where: { $0.mode == mode }) {
          modes[known].names.append(child)
        } else {
          modes.append((mode, [child]))
        }
      }
      for (mode, names) in modes {
        line("m \(String(mode, radix: 8)) \(names.count)")
        for child in names { name(Array(parcels[child].inside.name)) }
      }
      end(children)
    }
  }

  private mutating func writeOthers(
    _ mine: [Int], _ parcels: [SyncParcel], hasArchiver: Bool
  ) {
    let rest = mine.filter { if case .directory = parcels[$0].content { false } else { true } }
    let archived = rest.filter { isArchived(parcels[$0]) }
    let usesArchive = hasArchiver && archived.count >= Self.fewestArchived
    let groups = grouped(rest, parcels, most: usesArchive ? 4 * Self.mostNames : Self.mostNames)
    if usesArchive { writeArchive(groups.map(\.children), parcels) }
    for (number, (parent, children)) in groups.enumerated() {
      let isRemoval = children.allSatisfy { parcels[$0].content == .nothing }
      line(isRemoval ? "q" : "d")
      name(parent.bytes)
      writeRemovals(children, parcels)
      var hasArchived = false
      for child in children {
        if usesArchive, isArchived(parcels[child]) {
          hasArchived = true
        } else {
          writeAlone(parcels[child])
        }
      }
      if hasArchived { line("p \(number)") }
      end(children)
    }
    if usesArchive { line("x") }
  }

  private mutating func writeRemovals(_ children: [Int], _ parcels: [SyncParcel]) {
    var removed = children.filter { parcels[$0].content == .nothing }[...]
    while !removed.isEmpty {
      let names = removed.prefix(Self.mostNames)
      removed = removed.dropFirst(names.count)
      line("r \(names.count)")
      for child in names { name(Array(parcels[child].inside.name)) }
    }
  }

  private mutating func writeAlone(_ parcel: SyncParcel) {
    switch parcel.content {
    case .nothing, .directory: break
    case .file(let mode, _, let contents):
      let octal = String(mode, radix: 8)
      line("f \(octal) \(contents.count / 65_536) \(contents.count % 65_536)")
      name(Array(parcel.inside.name))
      bytes += contents
      line(".")
    case .link(let target):
      line("l")
      name(Array(parcel.inside.name))
      name(target)
    }
  }

  private mutating func writeArchive(_ groups: [[Int]], _ parcels: [SyncParcel]) {
    var archive = SyncArchive()
    for (number, children) in groups.enumerated() {
      for child in children where isArchived(parcels[child]) {
        let parcel = parcels[child]
        let member = Array("\(number)/".utf8) + parcel.inside.name
        switch parcel.content {
        case .file(let mode, let time, let contents):
          archive.addFile(member, mode: mode, time: time, contents)
        case .link(let target): archive.addLink(member, target: target, time: 0)
        case .nothing, .directory: break
        }
      }
    }
    archive.finish(block: 4096)
    line("t \(archive.bytes.count / 4096)")
    bytes += archive.bytes
  }

  /// Whether a parcel may go through the archive. The shell's `*` leaves names with a first dot out.
  private func isArchived(_ parcel: SyncParcel) -> Bool {
    switch parcel.content {
    case .nothing, .directory: false
    case .file, .link: parcel.inside.name.first != UInt8(ascii: ".")
    }
  }

  // MARK: Words

  private mutating func line(_ text: String) {
    bytes += text.utf8
    bytes.append(0x0A)
  }

  private mutating func name(_ name: [UInt8]) {
    let lines = name.count { $0 == 0x0A }
    bytes += "\(lines)/".utf8
    bytes += name
    bytes.append(0x0A)
  }

  private mutating func end(_ parcels: [Int]) {
    line("e \(nextGroup)")
    groups.append(Group(number: nextGroup, parcels: parcels))
    nextGroup += 1
  }

  /// Parcels by the directory that they lie in, at most `most` together, in the order of the first.
  private func grouped(
    _ indices: [Int], _ parcels: [SyncParcel], most: Int
  ) -> [(parent: RepositoryPath, children: [Int])] {
    var groups: [(parent: RepositoryPath, children: [Int])] = []
    var open: [RepositoryPath: Int] = [:]
    for index in indices {
      let parent = parcels[index].inside.parent
      if let group = open[parent], groups[group].children.count < most {
        groups[group].children.append(index)
      } else {
        open[parent] = groups.count
        groups.append((parent, [index]))
      }
    }
    return groups
  }
}
