/// Why a container does not run.
public enum StopCause: Equatable, Sendable {
  /// Somebody stopped or killed it.
  case byHand
  /// It ended by itself.
  case byItself

  /// Judges by the engine's events from the container's last start to its end, one a line: `die`, or
  /// `kill` and the number of the signal. Engines forget old events: when its end is not among
  /// them, the exit status has to do.
  public init(events: String, _ container: ContainerState) {
    let lines = events.split(separator: "\n" as Character).map { line in
      line.split(separator: " " as Character).map(String.init)
    }
    guard lines.contains(where: { $0.first == "die" || $0.first == "died" }) else {
      // 0 of a program that was asked, or 128 and SIGINT, SIGKILL, SIGTERM of one that was not.
      let isAsked = [0, 130, 137, 143].contains(container.exitStatus)
      self = isAsked && !container.isOutOfMemory ? .byHand : .byItself
      return
    }
    let signals = lines.filter { $0.first == "kill" }.map { $0.dropFirst().first }
    // Signals by which a program is told something and not ended: HUP, USR1, USR2, WINCH.
    let isEnded = signals.contains { signal in
      guard let signal else { return true }
      return !["1", "10", "12", "28"].contains(signal)
    }
    self = isEnded ? .byHand : .byItself
  }
}
