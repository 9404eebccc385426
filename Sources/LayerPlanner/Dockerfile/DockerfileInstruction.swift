/// One instruction of a Dockerfile as it is written: nothing is expanded.
public struct DockerfileInstruction: Hashable, Sendable {
  /// An option such as `--from=tools`, before an instruction's arguments.
  public struct Flag: Hashable, Sendable {
    /// The name without dashes.
    public let name: String
    /// What stands after `=`; nil without one.
    public let value: String?
  }

  /// A document inside the Dockerfile: `<<EOF` and the lines up to `EOF`.
  public struct Heredoc: Hashable, Sendable {
    /// The word that ends it.
    public let name: String
    /// The lines, each with its newline.
    public let text: String
    /// Whether variables in it are expanded: the name was not quoted.
    public let isExpanded: Bool
  }

  /// The keyword, in capitals.
  public let keyword: String
  /// The first line, from 1.
  public let line: Int
  /// The options, in order.
  public let flags: [Flag]
  /// Everything after the options, continued lines joined.
  public let text: String
  /// `text` cut at white space, or the strings of the JSON form.
  public let words: [String]
  /// Whether the arguments are a JSON array of strings.
  public let isJSON: Bool
  /// The documents that follow the instruction.
  public let heredocs: [Heredoc]

  /// The value of the last option of this name; nil when there is none, or it has no value.
  public func flag(_ name: String) -> String? {
    flags.last { $0.name == name }?.value
  }
}
