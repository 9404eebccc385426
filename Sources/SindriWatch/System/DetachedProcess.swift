import CLinux
import Glibc

/// A process of this program that goes on when its terminal and whoever started it are gone: in a
/// session of its own, with nothing on its standard input and output, and a pipe on which it tells
/// how its start went.
struct DetachedProcess: ~Copyable {
  /// The descriptor on which the process tells of its start.
  static let reportDescriptor: Int32 = 3

  let pid: pid_t
  /// Readable when it has told, at its end when it has said everything; non-blocking.
  let report: FileDescriptor

  /// Starts this program anew with these words after its name.
  static func start(
    _ arguments: [[UInt8]], environment: ProcessEnvironment
  ) throws(SystemError) -> DetachedProcess {
    let pipe = try ChildPipe()
    let program = Array("/proc/self/exe".utf8)
    // By its name, so that lists of processes do not show it as "exe".
    let file = (try? readLink(program)).flatMap { isExecutable($0) ? $0 : nil } ?? program
    let words = [Array("sindri-watch".utf8)] + arguments
    let flag = sindri_POSIX_SPAWN_SETSID
    let result = unsafe withSpawnAttributes(flag) { actions, attributes -> (Int32, pid_t) in
      unsafe posix_spawn_file_actions_adddup2(actions, pipe.writer.number, reportDescriptor)
      unsafe posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0)
      unsafe posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0)
      unsafe posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0)
      var pid: pid_t = 0
      let status = unsafe withCStringArray(words) { argv in
        unsafe withCStringArray(environment.assignments) { envp in
          unsafe withCString(terminating: file) { name in
            unsafe posix_spawn(&pid, name, actions, attributes, argv, envp)
          }
        }
      }
      return (status, pid)
    }
    guard result.0 == 0 else {
      throw SystemError(call: "posix_spawn", subject: "sindri-watch", number: result.0)
    }
    return DetachedProcess(pid: result.1, report: pipe.takeReader())
  }

  /// Takes over the descriptor on which this process tells of its start; call it once, first of
  /// all. Every other one that was inherited is closed: whoever waits for its end, or for a lock
  /// that lies on it, would wait as long as this process lives.
  static func takeReportDescriptor() -> FileDescriptor {
    for (name, _) in (try? listDirectory(Array("/proc/self/fd".utf8))) ?? [] {
      guard let number = Int32(String(decoding: name, as: UTF8.self)) else { continue }
      if number > reportDescriptor { close(number) }
    }
    _ = fcntl(reportDescriptor, F_SETFD, FD_CLOEXEC)
    return FileDescriptor(taking: reportDescriptor)
  }
}

/// A process that is not a child of this one, held so that its number cannot become another's.
struct ProcessHandle: ~Copyable {
  /// Readable once the process has ended.
  let descriptor: FileDescriptor

  /// Holds the process with this number; nil when there is none.
  init?(_ pid: pid_t) {
    let number = sindri_pidfd_open(pid)
    guard number >= 0 else { return nil }
    descriptor = FileDescriptor(taking: number)
  }

  /// Whether the process has ended.
  var hasEnded: Bool {
    var poller = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
    return unsafe poll(&poller, 1, 0) == 1
  }

  /// Sends a signal to this process; false when it has ended, or is not ours.
  func send(_ signal: Int32) -> Bool {
    sindri_pidfd_send_signal(descriptor.number, signal) == 0
  }
}

extension ProcessHandle? {
  /// The descriptor's number, if there is one.
  var number: Int32? {
    switch self {
    case .some(let handle): handle.descriptor.number
    case nil: nil
    }
  }

  /// Whether there is no process, or it has ended.
  var hasEnded: Bool {
    switch self {
    case .some(let handle): handle.hasEnded
    case nil: true
    }
  }
}
