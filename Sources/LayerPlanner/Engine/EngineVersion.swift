/// Versions as engines print them.
public enum EngineVersion {
  /// The first number of a version such as `20.10.24+dfsg1`; nil when there is none.
  public static func major(of version: String) -> Int? {
    Int(version.prefix { $0.isASCII && $0.isNumber })
  }
}
