import CLinux
import Glibc

/// Whether a descriptor is a terminal.
func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// The columns of the terminal behind a descriptor; nil when it does not say.
func terminalColumns(_ descriptor: Int32) -> Int? {
  var size = winsize()
  let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
  return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
}

/// The local time of day, such as `14:02:11`.
func localTimeOfDay() -> String {
  var now = time(nil)
  var parts = unsafe tm()
  unsafe localtime_r(&now, &parts)
  let (hour, minute, second) = unsafe (parts.tm_hour, parts.tm_min, parts.tm_sec)
  func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
  return "\(two(hour)):\(two(minute)):\(two(second))"
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
