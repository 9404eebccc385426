import CLinux
import Glibc

/// The signals that end or wake the loop, read from a descriptor instead of by handlers.
struct SignalDescriptor: ~Copyable {
  /// Readable when a signal is pending.
  let descriptor: FileDescriptor

  /// Blocks `signals` for this process and opens a descriptor that yields them.
  init(_ signals: [Int32]) throws(SystemError) {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    let flags = Int32(SFD_CLOEXEC | SFD_NONBLOCK)
    let number = try retryingInterrupts("signalfd") { unsafe signalfd(-1, &set, flags) }
    descriptor = FileDescriptor(taking: number)
  }

  /// The numbers of the signals that came since the last call, oldest first.
  func drain() -> [Int32] {
    var found: [Int32] = []
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while true {
      let count = unsafe read(descriptor.number, &information, size)
      if count == size {
        found.append(Int32(information.ssi_signo))
      } else if !(count == -1 && errno == EINTR) {
        return found
      }
    }
  }
}

/// Makes writes to a closed pipe fail with EPIPE instead of ending the process.
func ignoreBrokenPipes() {
  signal(SIGPIPE, SIG_IGN)
}

/// Makes nothing of somebody waiting for a lease of ours: none is held for long.
func ignoreLeaseBreaks() {
  signal(SIGIO, SIG_IGN)
}

/// Ends this process by `signal`, so that its parent sees that signal as the cause.
func endBySignal(_ number: Int32) -> Never {
  signal(number, SIG_DFL)
  var set = sigset_t()
  unsafe sigemptyset(&set)
  unsafe sigaddset(&set, number)
  unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  raise(number)
  exit(128 + number)
}
