/// The value of a kernel setting below /proc/sys, for messages.
func kernelSetting(_ name: String) -> String {
  guard let content = try? readFile(Array("/proc/sys/\(name)".utf8)) else { return "unknown" }
  return String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
}
