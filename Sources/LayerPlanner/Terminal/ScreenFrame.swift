/// What has to be written so that a log scrolls above a region that is drawn over.
///
/// The region is drawn at the end of the log, the cursor stays in its last line. Every frame is one
/// piece of output, so that nothing flickers.
public struct ScreenFrame: Sendable {
  /// A line of the region: what is written, and how many columns it takes.
  public struct Line: Hashable, Sendable {
    /// The text, with colours.
    public let text: String
    /// The columns that it takes.
    public let columns: Int

    /// A line.
    public init(text: String, columns: Int) {
      self.text = text
      self.columns = columns
    }
  }

  /// The region as it stands on the screen; empty when there is none.
  private var drawn: [Line] = []
  private var width = 0
  private var isCursorHidden = false

  /// A screen without a region.
  public init() {}

  /// What shows `log`, whole lines, above, and `region` below it; empty when nothing is different.
  ///
  /// - Parameter columns: the width of the screen now. A terminal that became narrower has wrapped
  ///   the lines that were drawn, and each stands on more rows.
  public mutating func draw(log: [UInt8], region: [Line], columns: Int) -> [UInt8] {
    if log.isEmpty, region == drawn, columns == width { return [] }
    var out: [UInt8] = []
    if !isCursorHidden, !region.isEmpty { out += Array("\u{1B}[?25l".utf8) }
    isCursorHidden = isCursorHidden || !region.isEmpty
    out += home(columns)
    if !log.isEmpty || columns != width { out += Self.eraseBelow }
    out += log
    if let last = log.last, last != 0x0A { out.append(0x0A) }
    out += Array(region.map { "\($0.text)\u{1B}[K" }.joined(separator: "\n").utf8)
    if region.count < drawn.count || region.isEmpty { out += Self.eraseBelow }
    drawn = region
    width = columns
    return out
  }

  /// What takes the region away and shows the cursor again.
  public mutating func close(columns: Int) -> [UInt8] {
    guard isCursorHidden else { return [] }
    let out = home(columns) + Self.eraseBelow + Array("\u{1B}[?25h".utf8)
    self = ScreenFrame()
    return out
  }

  /// Takes for granted that somebody else has written since: the next frame begins where the cursor
  /// is.
  public mutating func forget() { self = ScreenFrame() }

  private static let eraseBelow = Array("\u{1B}[J".utf8)

  /// To the first column of the region's first row.
  private func home(_ columns: Int) -> [UInt8] {
    let rows = drawn.reduce(0) { sum, line in
      sum + max(1, (line.columns + columns - 1) / max(1, columns))
    }
    return Array((rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r").utf8)
  }
}
