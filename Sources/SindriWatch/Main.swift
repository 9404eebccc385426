import Glibc
import LayerPlanner

/// The program: takes the command line apart and runs one command.
@main
enum Main {
  static func main() {
    exit(run(commandLineBytes(), .inherited))
  }

  /// Runs the program and gives its exit status.
  static func run(_ arguments: [[UInt8]], _ environment: ProcessEnvironment) -> Int32 {
    // What the program and the shells ask of it; people do not.
    switch arguments.first.map({ String(decoding: $0, as: UTF8.self) }) {
    case TagMover.argument: return TagMover.run(arguments.dropFirst(), environment)
    case CompletionReply.argument: return CompletionReply.run(arguments.dropFirst(), environment)
    case DetachedWatch.argument: return DetachedWatch.run(arguments.dropFirst(), environment)
    case ManualPages.argument: return ManualPages.run(arguments.dropFirst())
    default: break
    }
    let invocation: Invocation
    do {
      invocation = try ArgumentParser.parse(arguments)
    } catch {
      let output = Output(OutputOptions(), layers: [], environment: environment)
      output.error(error.description)
      return 2
    }
    let output = Output(OutputOptions(invocation), layers: [], environment: environment)
    if invocation.has("version") {
      output.line("sindri-watch \(HelpText.version)")
      return 0
    }
    if invocation.has("help") {
      let text =
        invocation.isCommandNamed ? HelpText.command(invocation.command) : HelpText.program
      output.bytes(Array(text.utf8))
      return 0
    }
    let context = CommandContext(
      invocation: invocation, environment: ServiceNotifier.forChildren(environment),
      output: output,
      notifier: invocation.command == .watch ? ServiceNotifier(environment) : nil)
    if output.options.format == .github, invocation.command != .plan {
      output.error("--format github is for the plan command")
      return 2
    }
    do {
      return try run(context)
    } catch {
      output.finish()
      output.error(error.description)
      return error.status
    }
  }

  private static func run(_ context: CommandContext) throws(CommandFailure) -> Int32 {
    switch context.invocation.command {
    case .watch: try WatchCommand(context: context).run()
    case .build: try BuildLayersCommand(context: context).run()
    case .sync: try SyncCommand(context: context).run()
    case .plan: try PlanCommand(context: context).run()
    case .why: try WhyCommand(context: context).run()
    case .status: try StatusCommand(context: context).run()
    case .doctor: try DoctorCommand(context: context).run()
    case .stats: try StatsCommand(context: context).run()
    case .prune: try PruneCommand(context: context).run()
    case .stop: try StopCommand(context: context).run()
    case .pause: try PauseCommand(context: context).run()
    case .resume: try PauseCommand(context: context).run()
    case .logs: try LogsCommand(context: context).run()
    case .initialise: try InitCommand(context: context).run()
    case .config: try ConfigCommand(context: context).run()
    case .completions: try CompletionsCommand(context: context).run()
    }
  }
}

extension OutputOptions {
  /// The options of a command line.
  init(_ invocation: Invocation) {
    self.init()
    switch invocation.text("format") {
    case "json": format = .json
    case "github": format = .github
    default: format = .text
    }
    switch invocation.text("color") {
    case "always": color = .always
    case "never": color = .never
    default: color = .auto
    }
    isQuiet = invocation.has("quiet")
    isVerbose = invocation.has("verbose")
  }
}
