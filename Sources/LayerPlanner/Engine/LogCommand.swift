extension EngineClient {
  /// Prints the last `lines` of what the container of this name has written, and all that it writes
  /// until it ends.
  public func followLog(container name: String, lines: Int) -> [String] {
    command(["logs", "--follow", "--tail", String(lines), name])
  }
}
