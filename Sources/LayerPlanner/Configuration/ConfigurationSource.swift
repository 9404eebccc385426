/// One place that configuration comes from. A list of sources is in order of precedence, the
/// weakest first: `.sindri-watch.conf`, `.sindri-watch.local.conf`, the environment, `-c`.
public enum ConfigurationSource: Hashable, Sendable {
  /// The content of a file and its name for messages.
  case file(name: [UInt8], content: [UInt8])
  /// The whole environment; `SINDRI_WATCH_CONFIG_COUNT` of pairs `SINDRI_WATCH_CONFIG_KEY_n` and
  /// `SINDRI_WATCH_CONFIG_VALUE_n` are read, n from 0, as git reads `GIT_CONFIG_COUNT`.
  case environment([String: [UInt8]])
  /// The argument of every `-c`: `KEY=VALUE`, or `KEY` for a boolean true.
  case commandLine([[UInt8]])

  /// A file by text, for tables and tests.
  public static func file(_ name: String, _ content: String) -> ConfigurationSource {
    .file(name: Array(name.utf8), content: Array(content.utf8))
  }
}

/// The entries of all sources, not yet understood.
public enum ConfigurationText {
  /// Every entry, in order of precedence. A source that cannot be read is a problem; all of them
  /// are reported at once.
  public static func merged(
    _ sources: [ConfigurationSource]
  ) -> Result<[ConfigurationEntry], ConfigurationProblems> {
    var entries: [ConfigurationEntry] = []
    var problems: [ConfigurationProblems.Problem] = []
    for source in sources {
      switch source {
      case .file(let name, let content):
        do {
          entries += try ConfigurationParser.parse(content, file: name)
        } catch {
          let message =
            "bad config line \(error.line) in file \(quoted(name)): \(error.reason.rawValue)"
          let origin = Origin.file(name: name, line: error.line, column: 1)
          problems.append(.init(message, at: origin))
        }
      case .environment(let variables): read(variables, &entries, &problems)
      case .commandLine(let arguments): read(arguments, &entries, &problems)
      }
    }
    return problems.isEmpty ? .success(entries) : .failure(ConfigurationProblems(problems))
  }

  /// More pairs than this are taken for a mistake.
  private static let mostPairs: Int64 = 10_000

  private static func read(
    _ variables: [String: [UInt8]], _ entries: inout [ConfigurationEntry],
    _ problems: inout [ConfigurationProblems.Problem]
  ) {
    let counter = "SINDRI_WATCH_CONFIG_COUNT"
    guard let text = variables[counter], !text.isEmpty else { return }
    guard text.allSatisfy({ (0x30...0x39).contains($0) }),
      let count = Int(String(decoding: text, as: UTF8.self)),
      count <= mostPairs
    else {
      let message = "\(quoted(text)) is no count; use a number from 0 to \(mostPairs)"
      return problems.append(.init(message, at: .environment(variable: counter)))
    }
    for index in 0..<count {
      let keyVariable = "SINDRI_WATCH_CONFIG_KEY_\(index)"
      let valueVariable = "SINDRI_WATCH_CONFIG_VALUE_\(index)"
      let isComplete = [keyVariable, valueVariable].allSatisfy { variable in
        if variables[variable] != nil { return true }
        let message = "is not set, though \(counter) is \(count); set it or lower the count"
        problems.append(.init(message, at: .environment(variable: variable)))
        return false
      }
      guard isComplete, let key = variables[keyVariable], let value = variables[valueVariable]
      else { continue }
      add(
        key, value, at: .environment(variable: keyVariable),
        valueAt: .environment(variable: valueVariable), &entries, &problems)
    }
  }

  private static func read(
    _ arguments: [[UInt8]], _ entries: inout [ConfigurationEntry],
    _ problems: inout [ConfigurationProblems.Problem]
  ) {
    for (index, argument) in arguments.enumerated() {
      let equals = argument.firstIndex(of: UInt8(ascii: "="))
      let key = Array(argument[..<(equals ?? argument.count)])
      let value = equals.map { Array(argument[($0 + 1)...]) }
      let origin = Origin.commandLine(position: index + 1)
      add(key, value, at: origin, valueAt: origin, &entries, &problems)
    }
  }

  private static func add(
    _ key: [UInt8], _ value: [UInt8]?, at origin: Origin, valueAt: Origin,
    _ entries: inout [ConfigurationEntry], _ problems: inout [ConfigurationProblems.Problem]
  ) {
    do {
      let name = try ConfigurationName.canonical(key)
      entries.append(
        ConfigurationEntry(name: name, value: value, origin: origin, valueOrigin: valueAt))
    } catch {
      let message =
        "\(error.rawValue): \(quoted(key)); write SECTION.KEY or SECTION.SUBSECTION.KEY"
      problems.append(.init(message, at: origin))
    }
  }

  /// What `git config --list` prints for these entries: with `-z`, with `--show-origin`, or plain.
  public static func listing(
    _ entries: [ConfigurationEntry], isNullTerminated: Bool = false, showsOrigin: Bool = false
  ) -> [UInt8] {
    var out: [UInt8] = []
    for entry in entries {
      if showsOrigin {
        if case .file(let name, _, _) = entry.origin {
          out += Array("file:".utf8) + (isNullTerminated ? name : escapedAsGitDoes(name))
        } else {
          out += Array("command line:".utf8)
        }
        out.append(isNullTerminated ? 0 : 0x09)
      }
      out += entry.name
      if let value = entry.value {
        out.append(isNullTerminated ? 0x0A : UInt8(ascii: "="))
        out += value
      }
      out.append(isNullTerminated ? 0 : 0x0A)
    }
    return out
  }

  /// A file name as git shows it: in quotes with C escapes when it has a control character, a
  /// quote, a backslash or a byte above ASCII.
  private static func escapedAsGitDoes(_ name: [UInt8]) -> [UInt8] {
    let needsQuotes = name.contains {
      $0 < 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
    }
    guard needsQuotes else { return name }
    let letters = Array("abtnvfr".utf8)
    var out: [UInt8] = [UInt8(ascii: "\"")]
    for byte in name {
      switch byte {
      case 0x07...0x0D: out += [UInt8(ascii: "\\"), letters[Int(byte) - 7]]
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): out += [UInt8(ascii: "\\"), byte]
      case 0x20..<0x7F: out.append(byte)
      default:
        out += [UInt8(ascii: "\\"), 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
      }
    }
    return out + [UInt8(ascii: "\"")]
  }
}
