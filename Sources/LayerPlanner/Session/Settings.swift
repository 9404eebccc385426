extension Session {
  /// The constants of the loop's policy. The defaults are measured or taken from what the
  /// field's tools do.
  public struct Settings: Hashable, Sendable {
    /// A save after this much quiet is taken for a single one.
    public var idleBefore: Duration = .milliseconds(500)
    /// The least quiet that ends a batch; all that a single save waits for.
    public var shortestQuiet: Duration = .milliseconds(10)
    /// The most quiet that ends a batch.
    public var longestQuiet: Duration = .milliseconds(200)
    /// The quiet that ends a batch is this many times the mean gap between its changes, within
    /// the two bounds above.
    public var quietPerGap: Int = 3
    /// The longest time from the first change of a batch to its end, even while more come.
    public var longestBatch: Duration = .seconds(2)
    /// How long a file that is being written is waited for, since its last change.
    public var provisionalWait: Duration = .milliseconds(150)
    /// More paths than this in one batch count as a change of everything.
    public var mostPaths: Int = 10_000
    /// How long git's lock has to be gone.
    public var gitRelease: Duration = .milliseconds(50)
    /// A lock this old with no change for as long is left over from a git that died.
    public var gitStale: Duration = .seconds(5)
    /// The first wait after the engine failed to answer; doubled each time.
    public var firstBackOff: Duration = .seconds(1)
    /// The longest wait between two attempts to reach the engine.
    public var longestBackOff: Duration = .seconds(30)
    /// A file that changes just after this many builds in a row that it has caused is held back; 0
    /// holds nothing back.
    public var loopLimit: Int = 5
    /// How soon after a build a change counts as an answer to it.
    public var loopWindow: Duration = .seconds(1)
    /// How long a file that is held back has to be left alone, the first time.
    public var loopQuiet: Duration = .seconds(10)
    /// A layer whose build usually takes longer waits until edits stop; nil when none does.
    public var confirmAbove: Duration?
    /// How long no edit may come before a layer that waits for that is built.
    public var confirmIdle: Duration = .seconds(10)
    /// The layer whose image a container runs that is asked for by `restart`; nil when no container
    /// is configured.
    public var container: LayerName?
    /// The layer whose image the container runs; nil when no container is wanted.
    public var restart: LayerName?

    /// The defaults, with a container of `restart`, if given.
    public init(restart: LayerName? = nil) {
      self.restart = restart
      container = restart
    }
  }
}
