/// The words after the program's name, as bytes: `CommandLine.arguments` would repair names that
/// are not UTF-8, and so lose them.
func commandLineBytes() -> [[UInt8]] {
  let count = Int(CommandLine.argc)
  let words = unsafe CommandLine.unsafeArgv
  return (1..<max(1, count)).compactMap { index in
    unsafe words[index].map { unsafe bytesOfCString($0) }
  }
}
