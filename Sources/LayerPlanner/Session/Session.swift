/// The state machine of the whole loop: saved files in; scans, builds, tags and reports out.
///
/// It has no clock and does nothing itself. Feed every input to `handle` in the order in which
/// things happened, perform the actions, and deliver `tick` when `deadline` has come.
public struct Session: Sendable {
  /// When `tick` must be delivered; nil means never: sleep until something happens.
  public private(set) var deadline: Instant?

  /// Nothing is running, waiting to settle or to be done: the images are those of the tree, or
  /// what failed waits for an edit. False while an engine that cannot be reached is retried.
  public var isSettled: Bool { false }

  /// How things stand.
  public enum Outcome: Hashable, Sendable {
    /// There is work to do, or not everything is known yet.
    case working
    /// Everything is true: images, stable tags, and the container, if one is wanted.
    case upToDate
    /// These layers cannot be built as they are, in build order; what stands on them waits.
    case failed([LayerName])
    /// The images are true, but the container could not be started.
    case containerFailed
    /// The engine cannot be reached, for this reason; it is tried again.
    case unreachable(String)
  }

  /// How things stand. For a command that ends: `failed` and `containerFailed` are final once
  /// `isSettled`, `unreachable` as soon as it is seen.
  public var outcome: Outcome { .working }

  /// A session that waits for `started`.
  public init(tree: LayerTree, settings: Settings) {
    deadline = nil
  }

  /// Takes in what happened and gives back what is to be done now, in order.
  public mutating func handle(_ input: Input, at now: Instant) -> [Action] {
    []
  }
}
