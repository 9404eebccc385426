/// What layered images cost against one image that is built whole for every change: the model of
/// the guide to the layers, over any numbers.
public struct CostModel: Equatable, Sendable {
  /// One kind of change.
  public struct Change: Equatable, Sendable {
    /// How many builds of this kind there are in some time, such as a week.
    public let builds: Double
    /// The minutes that one takes with layers.
    public let minutes: Double

    /// A kind of change.
    public init(builds: Double, minutes: Double) {
      self.builds = builds
      self.minutes = minutes
    }
  }

  /// The minutes of a build of everything.
  public let monolithicMinutes: Double
  /// The kinds of change.
  public let changes: [Change]

  /// A model.
  public init(monolithicMinutes: Double, changes: [Change]) {
    self.monolithicMinutes = monolithicMinutes
    self.changes = changes
  }

  /// The minutes of all builds without layers.
  public var before: Double { changes.reduce(0) { $0 + $1.builds } * monolithicMinutes }

  /// The minutes of all builds with layers.
  public var after: Double { changes.reduce(0) { $0 + $1.builds * $1.minutes } }

  /// The part of the time that layers save.
  public var saving: Double { before > 0 ? 1 - after / before : 0 }

  /// The mean of improvements, each weighted by its share of the changes.
  public static func weightedImprovement(
    _ kinds: [(share: Double, improvement: Double)]
  ) -> Double {
    kinds.reduce(0) { $0 + $1.share * $1.improvement }
  }
}
