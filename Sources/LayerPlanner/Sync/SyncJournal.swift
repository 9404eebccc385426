/// What the container may hold that its image does not, and every path that it may hold because of
/// the host. It is kept in a file, so that a watcher that starts anew knows what one before has done.
///
/// The file is a list of records, each ended by NUL, to which more are added; a last one without its
/// NUL was cut short by a crash and counts for nothing, since what it names was not sent yet.
public struct SyncJournal: Sendable {
  /// One path that was sent.
  struct Sent: Hashable, Sendable {
    /// When it was last noted that the path changed; counts up.
    var change: Int
    /// Whether an image whose layer has the same fingerprint is sure to hold the same: not so for
    /// permission bits, directories, and files that no layer reads.
    var isPlain: Bool
    /// Whether the image was made after the change all the same.
    var isInImage = false

    /// The first byte of its record.
    var letter: UInt8 { UInt8(ascii: isPlain ? "s" : isInImage ? "i" : "o") }
  }

  /// The container that it is about; nil before the first.
  public private(set) var container: String?
  /// What was sent and is not known to be in the container's image.
  private(set) var sent: [RepositoryPath: Sent] = [:]
  /// Too much was sent to keep each path: anything may differ.
  public private(set) var isEverything = false
  /// Paths that the container may hold.
  private(set) var known: Set<RepositoryPath> = []
  /// Records that have to be added to the file before what they name is sent.
  public private(set) var unwritten: [UInt8] = []

  /// More paths than this count as everything.
  static let mostPaths = 10_000

  /// An empty journal.
  public init() {}

  /// A journal of a container that nobody has been connected with yet, and which holds `known`.
  public init(known: [RepositoryPath]) { self.known = Set(known) }

  /// The journal of a file; what cannot be read is left out, and then anything may differ.
  public init(file: [UInt8]) {
    let end = file.lastIndex(of: 0).map { $0 + 1 } ?? 0
    for record in file[..<end].split(separator: 0) {
      let path = RepositoryPath(bytes: Array(record.dropFirst()))
      switch record.first {
      case UInt8(ascii: "c"): container = String(decoding: record.dropFirst(), as: UTF8.self)
      case UInt8(ascii: "k"): known.insert(path)
      case UInt8(ascii: "s"): sent[path] = Sent(change: 0, isPlain: true)
      case UInt8(ascii: "o"): sent[path] = Sent(change: 0, isPlain: false)
      case UInt8(ascii: "i"): sent[path] = Sent(change: 0, isPlain: false, isInImage: true)
      default: isEverything = true
      }
    }
    known.formUnion(sent.keys)
  }

  /// What was sent after the container's image was made, in order.
  public var drift: [RepositoryPath] { sent.filter { !$0.value.isInImage }.keys.sorted() }

  /// Whether nothing was sent that the image does not hold.
  public var isEmpty: Bool { sent.isEmpty && !isEverything }

  /// Notes that `path` is about to be sent.
  mutating func note(_ path: RepositoryPath, change: Int, isPlain: Bool) {
    guard !isEverything else { return }
    let before = sent[path]
    let entry = Sent(
      change: change, isPlain: isPlain && before?.isPlain != false,
      isInImage: before?.isInImage == true && before?.change == change)
    sent[path] = entry
    if sent.count > Self.mostPaths {
      isEverything = true
      sent = [:]
      unwritten += "e".utf8 + [0]
    } else if before?.letter != entry.letter {
      unwritten += [entry.letter] + path.bytes + [0]
    }
  }

  /// Takes in that the file has every record.
  mutating func isWritten() { unwritten = [] }

  /// Begins anew for a container, which may hold `known`. Its image was made after the change
  /// number `seen`; nil when that is not known.
  mutating func begin(container: String, known: [RepositoryPath], seen: Int?) {
    self.container = container
    isEverything = false
    self.known = Set(known)
    for (path, entry) in sent {
      let isInImage = seen.map { entry.change <= $0 } == true
      sent[path] = isInImage && entry.isPlain ? nil : entry
      sent[path]?.isInImage = isInImage
    }
    unwritten = []
  }

  /// The whole file.
  public var file: [UInt8] {
    var bytes: [UInt8] = []
    if let container { bytes += "c\(container)".utf8 + [0] }
    if isEverything { bytes += "e".utf8 + [0] }
    for path in known { bytes += "k".utf8 + path.bytes + [0] }
    for (path, entry) in sent { bytes += [entry.letter] + path.bytes + [0] }
    return bytes
  }
}
