import CLinux
import Glibc

/// A running child in a process group of its own, with its output read through non-blocking pipes.
/// Its standard input is closed off unless it is asked for.
///
/// The group is what gets signalled, so that nothing which the child started outlives it.
final class ChildProcess {
  /// How a child ended.
  enum Ending: Equatable, Sendable {
    /// It called exit with this status.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
  }

  /// The process ID, which is also the ID of the process group.
  let pid: pid_t
  /// The writing end of the child's standard input, which does not block; nil when it has none.
  private(set) var standardInput: PipeWriter?
  /// The reading ends of the child's standard output and standard error.
  let standardOutput: FileDescriptor
  let standardError: FileDescriptor
  /// Readable once the child has ended (pidfd_open(2)). A descriptor and not SIGCHLD, because a
  /// signal to a process may go to any of its threads.
  let endDescriptor: FileDescriptor
  /// Set once the child has been reaped.
  private(set) var ending: Ending?

  private init(
    pid: pid_t, input: PipeWriter?, output: consuming FileDescriptor,
    error: consuming FileDescriptor, end: consuming FileDescriptor
  ) {
    self.pid = pid
    standardInput = input
    endDescriptor = end
    standardOutput = output
    standardError = error
  }

  /// Starts `arguments[0]`, looked up in PATH when it holds no slash.
  ///
  /// - Parameters:
  ///   - directory: the child's working directory.
  ///   - environment: all of the child's environment.
  ///   - takesInput: whether it gets a standard input to be written to.
  static func start(
    _ arguments: [[UInt8]], in directory: [UInt8], environment: ProcessEnvironment,
    takesInput: Bool = false
  ) throws(SystemError) -> ChildProcess {
    let input = takesInput ? try InputPipe() : nil
    let output = try ChildPipe()
    let error = try ChildPipe()
    let program = arguments.first ?? []
    let result = unsafe withSpawnAttributes { actions, attributes -> (Int32, pid_t) in
      if let input {
        unsafe posix_spawn_file_actions_adddup2(actions, input.readerNumber, 0)
      } else {
        unsafe posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0)
      }
      unsafe posix_spawn_file_actions_adddup2(actions, output.writer.number, 1)
      unsafe posix_spawn_file_actions_adddup2(actions, error.writer.number, 2)
      unsafe withCString(terminating: directory) {
        _ = unsafe posix_spawn_file_actions_addchdir_np(actions, $0)
      }
      var pid: pid_t = 0
      let status = unsafe withCStringArray(arguments) { argv in
        unsafe withCStringArray(environment.assignments) { envp in
          unsafe withCString(terminating: program) { name in
            unsafe posix_spawnp(&pid, name, actions, attributes, argv, envp)
          }
        }
      }
      return (status, pid)
    }
    guard result.0 == 0 else {
      throw SystemError(
        call: "posix_spawn", subject: String(decoding: program, as: UTF8.self), number: result.0)
    }
    let end = sindri_pidfd_open(result.1)
    guard end >= 0 else {
      // Without it nobody would hear of the child's end: do not leave it running unheard.
      let number = errno
      kill(-result.1, SIGKILL)
      var status: Int32 = 0
      unsafe waitpid(result.1, &status, 0)
      throw SystemError(call: "pidfd_open", subject: "", number: number)
    }
    return ChildProcess(
      pid: result.1, input: input?.writer, output: output.takeReader(), error: error.takeReader(),
      end: FileDescriptor(taking: end))
  }

  /// Gives up the writing end of the standard input, which ends when nobody else holds it.
  func takeInput() -> PipeWriter? {
    defer { standardInput = nil }
    return standardInput
  }

  /// Collects the exit status if the child has ended; does not wait.
  func reap() -> Ending? {
    if let ending { return ending }
    var status: Int32 = 0
    let result = unsafe waitpid(pid, &status, WNOHANG)
    if result == 0 || (result == -1 && errno == EINTR) { return nil }
    // The macros of wait(2): the low seven bits are the signal, the next byte the exit status.
    let signal = status & 0x7F
    if result == -1 {
      // Only ECHILD is possible here: somebody else has reaped it, and its status is lost.
      ending = .exited(127)
    } else {
      ending = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }
    return ending
  }

  /// Sends `signal` to the child's whole process group. A group that is gone is no error.
  func signalGroup(_ signal: Int32) {
    kill(-pid, signal)
  }
}

/// Calls `body` with spawn attributes for a child of ours: its own process group or, with `flag`
/// for that, its own session; no blocked signal, and the default action for those that this process
/// handles or ignores.
func withSpawnAttributes<Result>(
  _ flag: Int16 = Int16(POSIX_SPAWN_SETPGROUP),
  _ body: (
    UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafeMutablePointer<posix_spawnattr_t>
  ) -> Result
) -> Result {
  var actions = unsafe posix_spawn_file_actions_t()
  var attributes = posix_spawnattr_t()
  unsafe posix_spawn_file_actions_init(&actions)
  unsafe posix_spawnattr_init(&attributes)
  defer {
    unsafe posix_spawn_file_actions_destroy(&actions)
    unsafe posix_spawnattr_destroy(&attributes)
  }
  var none = sigset_t()
  unsafe sigemptyset(&none)
  var defaulted = sigset_t()
  unsafe sigfillset(&defaulted)
  unsafe posix_spawnattr_setsigmask(&attributes, &none)
  unsafe posix_spawnattr_setsigdefault(&attributes, &defaulted)
  unsafe posix_spawnattr_setpgroup(&attributes, 0)
  let flags = flag | Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
  unsafe posix_spawnattr_setflags(&attributes, flags)
  return unsafe body(&actions, &attributes)
}

/// The writing end of a pipe, closed when nobody holds it any more.
final class PipeWriter {
  let descriptor: FileDescriptor

  init(_ descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}

/// A pipe whose writing end does not block; both ends are close-on-exec.
private final class InputPipe {
  private let reader: FileDescriptor
  let writer: PipeWriter

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try retryingInterrupts("pipe2") { unsafe pipe2(&ends, O_CLOEXEC) }
    reader = FileDescriptor(taking: ends[0])
    writer = PipeWriter(FileDescriptor(taking: ends[1]))
    // Cannot fail on a descriptor that was just opened.
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
  }

  var readerNumber: Int32 { reader.number }
}

/// A pipe whose reading end does not block; both ends are close-on-exec.
struct ChildPipe: ~Copyable {
  private let reader: FileDescriptor
  let writer: FileDescriptor

  init() throws(SystemError) {
    let ends = try Self.open()
    reader = FileDescriptor(taking: ends.reader)
    writer = FileDescriptor(taking: ends.writer)
  }

  private static func open() throws(SystemError) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    try retryingInterrupts("pipe2") { unsafe pipe2(&ends, O_CLOEXEC) }
    // Cannot fail on a descriptor that was just opened.
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
  }

  /// Gives up the pipe for its reading end; the writing end is closed.
  consuming func takeReader() -> FileDescriptor { reader }
}
