import Glibc

/// A failed system call: which one, on what, and the error number it left.
struct SystemError: Error, Equatable, CustomStringConvertible {
  /// The call's name as in the manual, such as `open`.
  let call: String
  /// What it was called on, for people: a path or a short phrase; may be empty.
  let subject: String
  /// The error number (errno(3)).
  let number: Int32

  var description: String {
    let reason = SystemError.text(of: number)
    return subject.isEmpty ? "\(call): \(reason)" : "\(subject): \(call): \(reason)"
  }

  /// The C library's text for an error number, such as `Permission denied`.
  static func text(of number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}

/// Calls `body` until it does not fail with EINTR, and turns -1 into an error with the errno that
/// the call left.
@discardableResult
func retryingInterrupts<Result: FixedWidthInteger & SignedInteger>(
  _ call: String, on subject: @autoclosure () -> String = "", _ body: () -> Result
) throws(SystemError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let number = errno
    if number != EINTR { throw SystemError(call: call, subject: subject(), number: number) }
  }
}
