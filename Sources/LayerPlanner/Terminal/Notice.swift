/// What is told to somebody who does not look at the terminal: that something failed, and that it
/// works again. A success after a success is no news.
public struct Notice: Hashable, Sendable {
  /// What happened, in a few words.
  public let title: String
  /// More of it; may be empty.
  public let body: String
  /// Whether something failed.
  public let isFailure: Bool

  /// What is failing, to know the end of it.
  public struct Watch: Sendable {
    private var failing: [LayerName] = []
    private var isContainerFailing = false

    /// Nothing is failing.
    public init() {}

    /// What an event is worth telling; nil for most.
    public mutating func take(_ event: Event) -> Notice? {
      switch event {
      case .buildFinished(let layer, _, _, .failed):
        if !failing.contains(layer) { failing.append(layer) }
        return Notice(
          title: "\(layer) was not built", body: "the stable tags are as they were",
          isFailure: true)
      case .buildFinished(let layer, _, _, let result) where result != .cancelled:
        guard let index = failing.firstIndex(of: layer) else { return nil }
        failing.remove(at: index)
        return Notice(title: "\(layer) is built again", body: "", isFailure: false)
      case .rolledBack(let container, let reason):
        isContainerFailing = true
        return Notice(
          title: "\(container) was put back to the image before", body: reason, isFailure: true)
      case .restarted(let container, _):
        guard isContainerFailing else { return nil }
        isContainerFailing = false
        return Notice(title: "\(container) works again", body: "", isFailure: false)
      case .idle:
        // An edit that was taken back needs no build.
        guard !failing.isEmpty else { return nil }
        let names = failing.map(\.text).joined(separator: ", ")
        failing = []
        return Notice(title: "\(names): all is well again", body: "", isFailure: false)
      default: return nil
      }
    }
  }

  /// The terminal's own ways of telling.
  public enum TerminalSignal: Sendable {
    /// The bell.
    case bell
    /// OSC 9, a notification in iTerm2, kitty, WezTerm, Ghostty and others.
    case operatingSystemCommand
  }

  /// The bytes that tell it by the terminal.
  public func bytes(_ signal: TerminalSignal) -> [UInt8] {
    switch signal {
    case .bell: return [0x07]
    case .operatingSystemCommand:
      let text = Charset.unicode.shown(body.isEmpty ? title : "\(title): \(body)")
      return Array("\u{1B}]9;\(text)\u{07}".utf8)
    }
  }
}
