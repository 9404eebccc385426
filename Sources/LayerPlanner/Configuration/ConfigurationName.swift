/// A key as it is asked for or given outside a file, such as `layer.base.path`.
public enum ConfigurationName {
  /// Why a text is no key; the words are git's.
  public enum Problem: String, Error, Hashable, Sendable {
    /// There is no dot, or only at the beginning.
    case withoutSection = "key does not contain a section"
    /// It ends in a dot.
    case withoutVariable = "key does not contain variable name"
    /// A character that a section or key may not have.
    case invalid = "invalid key"
    /// The subsection holds a line end.
    case newline = "invalid key (newline)"
  }

  /// The name with its section and key in lower case, as `ConfigurationEntry.name` has it.
  public static func canonical(_ text: [UInt8]) throws(Problem) -> [UInt8] {
    let dot = UInt8(ascii: ".")
    guard let last = text.lastIndex(of: dot), last > 0 else { throw .withoutSection }
    guard last + 1 < text.count else { throw .withoutVariable }
    var name = text
    var isSubsection = false
    for (index, byte) in text.enumerated() {
      if byte == dot { isSubsection = true }
      if !isSubsection || index > last {
        guard byte.isConfigurationKeyCharacter, index != last + 1 || byte.isConfigurationLetter
        else { throw .invalid }
        name[index] = byte.configurationLowercase
      } else if byte == 0x0A {
        throw .newline
      }
    }
    return name
  }
}
