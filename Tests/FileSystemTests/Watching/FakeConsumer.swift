import LayerPlanner

@testable import SindriWatch

/// Keeps a model of a tree by looking only at the paths that are reported, as a builder would.
final class FakeConsumer {
  private let root: String
  private let ignored: String
  private(set) var model: [String: DiskEntry]
  /// How many deliveries held anything.
  private(set) var batches = 0
  private(set) var losses = 0
  /// The last events, for the report of a failure.
  private(set) var history: [String] = []
  private var pending: [WatchEvent] = []

  init(root: String, ignoring ignored: String) {
    self.root = root
    self.ignored = ignored
    model = Disk.scan(root, ignoring: ignored)
  }

  func take(_ event: WatchEvent) { pending.append(event) }

  /// Looks at what was reported. Returns the paths.
  @discardableResult
  func look() -> Set<String> {
    if pending.isEmpty { return [] }
    batches += 1
    var paths: Set<String> = []
    for event in pending {
      history.append("\(event)")
      switch event {
      case .changed(let path, let kind, let isDirectory):
        let text = String(decoding: path.bytes, as: UTF8.self)
        paths.insert(text)
        look(at: text, isVoid: isDirectory && kind != .attributes)
      case .lost:
        losses += 1
        model = Disk.scan(root, ignoring: ignored)
      default:
        break
      }
    }
    history.removeFirst(max(0, history.count - 400))
    pending = []
    return paths
  }

  private func look(at path: String, isVoid: Bool) {
    if path.isEmpty { return }
    let entry = Disk.read(root + "/" + path)
    if isVoid || entry != .directory {
      let prefix = path + "/"
      model = model.filter { !$0.key.hasPrefix(prefix) }
    }
    let isIgnored = entry == .directory && path.split(separator: "/").last == ignored[...]
    model[path] = isIgnored ? nil : entry
  }
}
