/// One ignore pattern ready to be matched, by the rules of moby/patternmatcher v0.6.1.
///
/// Immutable; a class because rules are walked for every path, and counting the references inside
/// a value would take most of the time.
final class IgnoreMatcher: Sendable {
  private enum Form: Sendable {
    /// The path is this text.
    case exact([UInt8])
    /// The path begins with this text: the pattern is plain text before a last `**`.
    case prefix([UInt8])
    /// The path ends with this text: the pattern is plain text after a first `**`.
    case suffix([UInt8])
    case expression(RegularExpression)
    /// The pattern cannot be matched; an error only when it is reached.
    case broken(IgnoreRules.Problem)
  }

  /// The pattern that it was made from.
  let pattern: IgnorePattern
  /// Whether the pattern began with `!`: it brings back what it matches.
  let isException: Bool
  private let form: Form

  /// Compiles a pattern; nil for a blank one.
  init?(_ pattern: IgnorePattern) throws(IgnoreRules.Problem) {
    let trimmed = trimmedOfWhiteSpace(pattern.bytes[...])
    guard !trimmed.isEmpty else { return nil }
    var text = cleanedPath(Array(trimmed))
    isException = text.first == UInt8(ascii: "!")
    if isException {
      text.removeFirst()
      guard !text.isEmpty else {
        throw IgnoreRules.Problem("\"!\" needs a pattern after it", in: pattern)
      }
    }
    guard isAcceptedGlob(text) else {
      throw IgnoreRules.Problem("the pattern \(pattern) is malformed", in: pattern)
    }
    self.pattern = pattern
    form = Self.form(of: text, from: pattern)
  }

  /// Whether `path` itself matches; parent directories are the caller's matter.
  func matches(_ path: [UInt8]) throws(IgnoreRules.Problem) -> Bool {
    switch form {
    case .exact(let text): return path == text
    case .prefix(let text): return path.starts(with: text)
    case .suffix(let text):
      if path.count >= text.count, path[(path.count - text.count)...].elementsEqual(text) {
        return true
      }
      return text.first == UInt8(ascii: "/") && text.dropFirst().elementsEqual(path)
    case .expression(let expression): return expression.matches(path)
    case .broken(let problem): throw problem
    }
  }

  /// Whether one of `paths` matches.
  func matchesAny(of paths: [[UInt8]]) throws(IgnoreRules.Problem) -> Bool {
    for path in paths where try matches(path) { return true }
    return false
  }

  /// Whether some path strictly below `directory`, given with its trailing slash, could match.
  /// May be true for nothing, is never false for something.
  func canMatch(below directory: [UInt8]) -> Bool {
    switch form {
    case .exact(let text): text.count > directory.count && text.starts(with: directory)
    case .prefix(let text): text.starts(with: directory) || directory.starts(with: text)
    case .suffix, .broken: true
    case .expression(let expression): expression.canMatchBeyond(directory)
    }
  }

  private static func form(of text: [UInt8], from pattern: IgnorePattern) -> Form {
    let translation = IgnoreTranslation(text)
    switch translation.kind {
    case .exact: return .exact(text)
    case .prefix: return .prefix(text.dropLast(2))
    case .suffix: return .suffix(Array(text.dropFirst(2)))
    case .expression: break
    }
    do throws(RegularExpression.Problem) {
      return .expression(try RegularExpression(translation.expression))
    } catch .unknownClass(let name) {
      let message = "the pattern \(pattern) uses the class \"\(name)\", which is not supported"
      return .broken(IgnoreRules.Problem(message, in: pattern))
    } catch {
      return .broken(IgnoreRules.Problem("the pattern \(pattern) is malformed", in: pattern))
    }
  }
}
