public enum JSONText {
  public static func object(_ p: [(String, String)]) -> String {
    "{" + p.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }
  public static func array(_ p: [String]) -> String { "[" + p.joined(separator: ",") + "]" }
  public static func string(_ t: String) -> String { "\"\(t)\"" }
  public static func string(_ t: [UInt8]) -> String { "\"\(String(decoding: t, as: UTF8.self))\"" }
}
