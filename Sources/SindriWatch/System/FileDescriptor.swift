import CLinux
import Glibc

/// An open file descriptor that is closed when its owner lets go of it.
///
/// Every descriptor here is created close-on-exec, so no child inherits one by accident.
struct FileDescriptor: ~Copyable {
  /// The number the kernel knows it by, for poll(2) and the calls in this folder.
  let number: Int32

  /// Takes over `number`, which must be open and owned by nobody else.
  init(taking number: Int32) { self.number = number }

  deinit { close(number) }
}

extension FileDescriptor? {
  /// The number of the descriptor, if there is one.
  var number: Int32? {
    switch self {
    case .some(let descriptor): descriptor.number
    case nil: nil
    }
  }
}

/// The monotonic clock, in nanoseconds since an arbitrary start. CLOCK_BOOTTIME would count
/// suspended time too, which would end every quiet period at once after a resume.
func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
