/// Files that editors keep beside the one being edited: they come and go with every save and are
/// no change of the tree. A file that such a name is renamed to is one.
public enum EditorFiles {
  /// Whether `name` (one path component, as bytes) is an editor's own file:
  /// Vim's swap files (`.x.swp` to `.x.swa`, `.x.swpx`) and its probe `4913`, backups (`x~`),
  /// Emacs' locks (`.#x`) and auto-saves (`#x#`), and the safe-write files of JetBrains' editors
  /// (`x___jb_tmp___`, `x___jb_old___`).
  public static func isTemporary(_ name: some BidirectionalCollection<UInt8>) -> Bool {
    guard let first = name.first, let last = name.last else { return false }
    switch last {
    case UInt8(ascii: "~"):
      return name.dropLast().contains { $0 != UInt8(ascii: ".") }
    case UInt8(ascii: "#"):
      return first == UInt8(ascii: "#") && name.dropFirst(2).first != nil
    case UInt8(ascii: "_"):
      return ends(name, in: "___jb_tmp___") || ends(name, in: "___jb_old___")
    case UInt8(ascii: "3"):
      return name.elementsEqual("4913".utf8)
    default:
      break
    }
    guard first == UInt8(ascii: ".") else { return false }
    if name.dropFirst().first == UInt8(ascii: "#") { return name.dropFirst(2).first != nil }
    if ends(name, in: ".swpx") { return true }
    // Vim counts down from `.swp` when a swap file is there already.
    let isSwapLetter = (UInt8(ascii: "a")...UInt8(ascii: "p")).contains(last)
    return isSwapLetter && ends(name.dropLast(), in: ".sw")
  }

  /// Whether `suffix` ends `name` and is not all of it.
  private static func ends(_ name: some BidirectionalCollection<UInt8>, in suffix: String) -> Bool {
    let length = suffix.utf8.count
    return name.count > length && name.suffix(length).elementsEqual(suffix.utf8)
  }
}
