import CLinux
import Glibc

/// The mode of the terminal on standard input: while it is held, keys come one by one and are not
/// echoed; Ctrl-C and Ctrl-Z go on to make signals.
///
/// It is given back by `leave`, and also when the program dies of a bug or of SIGQUIT.
final class TerminalMode {
  private let descriptor: Int32 = 0
  private(set) var isHeld = false

  /// Whether this process may use the terminal: one that runs in the background would be stopped
  /// for reading from it or changing it.
  var isInForeground: Bool { tcgetpgrp(descriptor) == getpgrp() }

  /// Takes the terminal, if this process may; true when it is held.
  func enter() -> Bool {
    if isHeld { return true }
    var mode = termios()
    guard isInForeground, unsafe tcgetattr(descriptor, &mode) == 0 else { return false }
    unsafe savedMode = mode
    unsafe hasSavedMode = true
    installRescue()
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO)
    unsafe withUnsafeMutableBytes(of: &mode.c_cc) { characters in
      unsafe characters[Int(VMIN)] = 1
      unsafe characters[Int(VTIME)] = 0
    }
    isHeld = unsafe tcsetattr(descriptor, TCSADRAIN, &mode) == 0
    return isHeld
  }

  /// Gives the terminal back as it was.
  func leave() {
    guard isHeld else { return }
    isHeld = false
    if isInForeground { unsafe tcsetattr(descriptor, TCSADRAIN, &savedMode) }
    unsafe hasSavedMode = false
  }

  /// The keys that were pressed since the last call; nil when the terminal is gone.
  func keys() -> [UInt8]? {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, 0) == 1 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, 256) }
    if count > 0 { return Array(bytes[..<count]) }
    return count == -1 && (errno == EINTR || errno == EAGAIN) ? [] : nil
  }
}

/// What the terminal was like; outside of the class for the signal handler, which may use nothing
/// else.
private nonisolated(unsafe) var savedMode = termios()
private nonisolated(unsafe) var hasSavedMode = false

/// Puts the terminal right when a trap or Ctrl-\ ends the program, then lets it end.
private func installRescue() {
  for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE] {
    signal(number) { number in
      if unsafe hasSavedMode {
        unsafe tcsetattr(0, TCSANOW, &savedMode)
        let show: StaticString = "\u{1B}[?25h\n"
        unsafe write(1, show.utf8Start, show.utf8CodeUnitCount)
      }
      signal(number, SIG_DFL)
      raise(number)
    }
  }
}

/// Stops this process as Ctrl-Z does, and returns when it goes on. The signal must be blocked.
func stopSelf() {
  var set = sigset_t()
  unsafe sigemptyset(&set)
  unsafe sigaddset(&set, SIGTSTP)
  raise(SIGTSTP)
  // Pending until here; the default action stops the process.
  unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
}
