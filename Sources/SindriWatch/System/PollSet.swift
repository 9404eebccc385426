import Glibc

/// The descriptors that the loop waits for, each with a token that says what it belongs to.
struct PollSet<Token> {
  private var entries: [pollfd] = []
  private var tokens: [Token] = []

  /// Waits for `events` (POLLIN, POLLPRI, POLLOUT) on `descriptor`.
  mutating func add(_ descriptor: Int32, _ events: Int32 = POLLIN, as token: Token) {
    entries.append(pollfd(fd: descriptor, events: Int16(events), revents: 0))
    tokens.append(token)
  }

  /// Waits until a descriptor is ready or `timeout` nanoseconds have gone by (nil: no limit), and
  /// returns the tokens of those that are ready, in the order they were added. An interrupted
  /// wait returns none.
  mutating func wait(timeout: Int64?) throws(SystemError) -> [Token] {
    // poll(2) counts milliseconds: round up, or the loop would spin in the last one.
    let milliseconds = timeout.map { Int32(clamping: (max(0, $0) + 999_999) / 1_000_000) } ?? -1
    let count = unsafe poll(&entries, nfds_t(entries.count), milliseconds)
    if count == -1 {
      if errno == EINTR { return [] }
      throw SystemError(call: "poll", subject: "", number: errno)
    }
    return zip(entries, tokens).filter { $0.0.revents != 0 }.map(\.1)
  }
}
