/// As much of a terminal as the frames need: text that wraps, line ends, and four sequences. Lines
/// that scroll off the top are kept.
struct FakeScreen {
  private(set) var rows: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private var width: Int
  /// The lines that were wrapped to the next row.
  private var isWrapped: Set<Int> = []
  private(set) var isCursorHidden = false

  init(width: Int) { self.width = width }

  var text: String {
    rows.map { String($0).trimmingSpaces }.joined(separator: "\n")
  }

  mutating func write(_ bytes: [UInt8]) {
    var rest = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\n":
        row += 1
        column = 0
        if row == rows.count { rows.append([]) }
      case "\r": column = 0
      case "\u{1B}": control(&rest)
      default: put(Character(scalar))
      }
    }
  }

  /// A terminal that becomes narrower wraps what stands on it, as most do; the cursor stays behind
  /// the text that it stood behind.
  mutating func resize(to width: Int) {
    self.width = width
    var wrapped: [[Character]] = []
    var cursor = (row, column)
    for (index, line) in rows.enumerated() {
      if index == row { cursor = (wrapped.count + max(0, column - 1) / width, column) }
      var rest = line[...]
      repeat {
        wrapped.append(Array(rest.prefix(width)))
        rest = rest.dropFirst(width)
      } while !rest.isEmpty
    }
    rows = wrapped
    row = cursor.0
  }

  private mutating func put(_ character: Character) {
    if column == width {
      row += 1
      column = 0
      if row == rows.count { rows.append([]) }
    }
    while rows[row].count <= column { rows[row].append(" ") }
    rows[row][column] = character
    column += 1
  }

  private mutating func control(_ rest: inout ArraySlice<Unicode.Scalar>) {
    _ = rest.popFirst()
    var parameters = ""
    while let scalar = rest.popFirst() {
      guard scalar.properties.isAlphabetic else {
        parameters.unicodeScalars.append(scalar)
        continue
      }
      switch scalar {
      case "A": row -= Int(parameters) ?? 1
      case "K": rows[row] = Array(rows[row].prefix(column))
      case "J":
        rows[row] = Array(rows[row].prefix(column))
        rows.removeSubrange((row + 1)...)
      case "l": isCursorHidden = true
      case "h": isCursorHidden = false
      default: break
      }
      return
    }
  }
}

extension String {
  var trimmingSpaces: String {
    var text = self[...]
    while text.last == " " { text = text.dropLast() }
    return String(text)
  }
}
