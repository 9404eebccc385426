/// How a command prints, as the command line says.
struct OutputOptions: Equatable, Sendable {
  enum Format: Sendable { case text, json, github }
  enum ColorChoice: Sendable { case auto, always, never }

  var format = Format.text
  var color = ColorChoice.auto
  /// Say only what went wrong.
  var isQuiet = false
  /// Say more: engine commands and their output.
  var isVerbose = false
  /// Show from time to time that a build is still running.
  var showsProgress = true
}
