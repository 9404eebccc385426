/// What a key does while watching on a terminal.
public enum KeyCommand: Character, CaseIterable, Sendable {
  /// Compare everything and build what differs, also what waits.
  case build = "b"
  /// Replace the container.
  case restart = "r"
  /// Start nothing, or go on.
  case pause = "p"
  /// Show the container's log, or no longer.
  case log = "l"
  /// Print all output of the build that failed last.
  case failure = "e"
  /// List the keys.
  case help = "?"
  /// End.
  case quit = "q"

  /// One word for the line of keys.
  var word: String {
    switch self {
    case .build: "build"
    case .restart: "restart"
    case .pause: "pause"
    case .log: "log"
    case .failure: "error"
    case .help: "help"
    case .quit: "quit"
    }
  }

  /// One line of help.
  var summary: String {
    switch self {
    case .build: "build all that differs now, also what waits or has failed"
    case .restart: "replace the container by a new one"
    case .pause: "start nothing until p is pressed again; changes are kept"
    case .log: "show the container's log, or no longer"
    case .failure: "print all output of the build that failed last"
    case .help: "list the keys"
    case .quit: "end the watch; a running build is stopped"
    }
  }

  /// What the key `?` prints.
  public static var helpLines: [String] {
    allCases.map { "  \($0.rawValue)  \($0.summary)" }
  }

  /// The keys in what a terminal sent, in order. Arrow and function keys, which come as escape
  /// sequences, and everything else that has no meaning are passed over.
  ///
  /// - Parameter bytes: one read's worth: a terminal sends a sequence in one piece.
  public static func commands(in bytes: [UInt8]) -> [KeyCommand] {
    var found: [KeyCommand] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      if byte == 0x1B {
        dropSequence(&rest)
      } else if let key = KeyCommand(rawValue: Character(UnicodeScalar(byte | lowerCase(byte)))) {
        found.append(key)
      }
    }
    return found
  }

  /// The bit that makes a letter small, for letters.
  private static func lowerCase(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? 0x20 : 0
  }

  /// Drops what follows an escape: `[`, parameters and a final byte; `O` and a byte; or a byte.
  private static func dropSequence(_ rest: inout ArraySlice<UInt8>) {
    guard let second = rest.popFirst() else { return }
    if second == UInt8(ascii: "O") {
      _ = rest.popFirst()
    } else if second == UInt8(ascii: "[") {
      while let byte = rest.popFirst(), !(0x40...0x7E).contains(byte) {}
    }
  }
}
