import CLinux
import Glibc

/// Whether a descriptor is a terminal.
func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// The columns of the terminal behind a descriptor; nil when it does not say.
func terminalColumns(_ descriptor: Int32) -> Int? { terminalSize(descriptor)?.columns }

/// The size of the terminal behind a descriptor; nil when it does not say.
func terminalSize(_ descriptor: Int32) -> (columns: Int, rows: Int)? {
  var size = winsize()
  let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
  guard result == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
  return (Int(size.ws_col), Int(size.ws_row))
}

/// The local time of day, such as `14:02:11`.
func localTimeOfDay() -> String {
  let parts = unsafe localParts(time(nil))
  return unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
}

/// A time, in seconds since 1970, for people: the time of day if it is of today, else the date.
func localTime(_ seconds: Int64) -> String {
  let parts = unsafe localParts(time_t(seconds))
  let today = unsafe localParts(time(nil))
  if unsafe parts.tm_yday == today.tm_yday, unsafe parts.tm_year == today.tm_year {
    return unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
  }
  return unsafe "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
}

private func localParts(_ seconds: time_t) -> tm {
  var seconds = seconds
  var parts = unsafe tm()
  unsafe localtime_r(&seconds, &parts)
  return unsafe parts
}

private func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }

/// The local date and time of day, such as `2026-02-03 14:02:11`.
func localDateAndTime() -> String {
  let parts = unsafe localParts(time(nil))
  let date = unsafe "\(1900 + parts.tm_year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
  return "\(date) \(localTimeOfDay())"
}

/// Writes all of `bytes`, also to a descriptor that somebody made non-blocking. False when nobody
/// reads any more, or the file cannot be written.
func writeCompletely(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
  var offset = 0
  while offset < bytes.count {
    let start = offset
    let count = unsafe bytes.withUnsafeBytes { buffer in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[start...])
      return unsafe write(descriptor, rest.baseAddress, rest.count)
    }
    if count >= 0 {
      offset += count
    } else if errno == EAGAIN {
      var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      unsafe poll(&poller, 1, -1)
    } else if errno != EINTR {
      return false
    }
  }
  return true
}
