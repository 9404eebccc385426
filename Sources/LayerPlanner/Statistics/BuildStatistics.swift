/// What the recorded builds say of each layer, and of the layers against one build of everything.
public struct BuildStatistics: Equatable, Sendable {
  /// One layer's builds that gave an image.
  public struct Layer: Equatable, Sendable {
    /// The layer.
    public let name: LayerName
    /// How many there are.
    public let builds: Int
    /// How many failed.
    public let failures: Int
    /// How many were not needed, because the image was there or cut off.
    public let spared: Int
    /// The median of their seconds; nil without a build.
    public let median: Double?
    /// The 95th percentile (nearest rank); nil without a build.
    public let p95: Double?
    /// How much longer the last builds took than those before them, as a part of these; nil when
    /// there are too few.
    public let trend: Double?
    /// The part of all changes that were of this layer's own inputs.
    public let share: Double
    /// The seconds of the last builds, the oldest first.
    public let recent: [Double]
  }

  /// Every layer, in build order.
  public let layers: [Layer]
  /// How many changes were built.
  public let changes: Int
  /// What a build of everything takes: the sum of the medians; nil when a layer was never built.
  public let monolithic: Double?
  /// What a change took on average, with its layer and those above.
  public let layered: Double?
  /// The seconds that all recorded changes would have taken more.
  public let saved: Double?
  /// All changes by the medians: each builds its layer and those above; nil when a layer was never
  /// built.
  public let model: CostModel?

  /// How many builds a trend compares with as many before.
  static let trendLength = 10
  /// How many builds a chart shows.
  static let chartLength = 40

  /// Summarises.
  public init(_ records: [BuildRecord], tree: LayerTree) {
    var seconds: [LayerName: [Double]] = [:]
    var failures: [LayerName: Int] = [:]
    var spared: [LayerName: Int] = [:]
    var own: [LayerName: Int] = [:]
    var spent = 0.0
    for record in records {
      switch record.result {
      case .built:
        seconds[record.layer, default: []].append(record.seconds)
        if record.isOfItself { own[record.layer, default: 0] += 1 }
        spent += record.seconds
      case .failed: failures[record.layer, default: 0] += 1
      case .reused, .cutOff: spared[record.layer, default: 0] += 1
      case .cancelled: break
      }
    }
    let changes = tree.order.reduce(0) { $0 + (own[$1] ?? 0) }
    layers = tree.order.map { name in
      let all = seconds[name] ?? []
      return Layer(
        name: name, builds: all.count, failures: failures[name] ?? 0, spared: spared[name] ?? 0,
        median: Self.median(all), p95: Self.percentile(95, of: all), trend: Self.trend(all),
        share: changes == 0 ? 0 : Double(own[name] ?? 0) / Double(changes),
        recent: all.suffix(Self.chartLength))
    }
    self.changes = changes
    let medians = layers.compactMap(\.median)
    let whole = medians.count == layers.count && changes > 0 ? medians.reduce(0, +) : nil
    monolithic = whole
    layered = changes == 0 ? nil : spent / Double(changes)
    saved = whole.map { max(0, $0 * Double(changes) - spent) }
    let all = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.median ?? 0) })
    model = whole.map { whole in
      CostModel(
        monolithicMinutes: whole / 60,
        changes: tree.order.map { name in
          let seconds = tree.above([name]).reduce(0) { $0 + (all[$1] ?? 0) }
          return CostModel.Change(builds: Double(own[name] ?? 0), minutes: seconds / 60)
        })
    }
  }

  /// The middle of the values, or the mean of the two in the middle; nil without values.
  public static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The smallest value that at least `percent` of all do not exceed (nearest rank).
  public static func percentile(_ percent: Int, of values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let rank = (sorted.count * percent + 99) / 100
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  private static func trend(_ values: [Double]) -> Double? {
    guard values.count >= 2 * trendLength else { return nil }
    guard let late = median(Array(values.suffix(trendLength))),
      let early = median(Array(values.dropLast(trendLength).suffix(trendLength))), early > 0
    else { return nil }
    return late / early - 1
  }
}

/// A build that took much longer than those of its layer before it.
public struct SlowBuild: Equatable, Sendable {
  /// The median that it is held against, in seconds.
  public let median: Double
  /// How many times as long it took.
  public let ratio: Double

  /// How many builds before it are compared, and how many there have to be.
  private static let most = 20
  private static let least = 5

  /// Nil for a build that is not slow: at most twice the median of those before it, or only
  /// seconds more, which a busy machine may take.
  public init?(_ record: BuildRecord, before: [BuildRecord]) {
    let comparable = before.lazy.filter { $0.layer == record.layer && $0.result == .built }
      .suffix(Self.most).map(\.seconds)
    guard record.result == .built, comparable.count >= Self.least,
      let median = BuildStatistics.median(Array(comparable)), median > 0,
      record.seconds > 2 * median, record.seconds - median > 2
    else { return nil }
    self.median = median
    ratio = record.seconds / median
  }

  /// What the user is told: how slow, which step was the first that had to run, and what changed.
  public func message(_ record: BuildRecord) -> String {
    var text =
      "\(record.layer) took \(EventText.duration(record.seconds)), "
      + "\(Int(ratio.rounded())) times its median of \(EventText.duration(median))"
    if !record.firstUncached.isEmpty {
      text += "; the first step that was not in the cache: \(record.firstUncached)"
    }
    if !record.subject.isEmpty, record.isOfItself { text += "; changed: \(record.subject)" }
    return text
  }
}
