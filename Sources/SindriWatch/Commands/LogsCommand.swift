import Glibc
import LayerPlanner

/// `logs`: what the watcher in the background has said, and with `--follow` what it says.
struct LogsCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let workspace = try context.workspace()
    let files = workspace.watcherFiles()
    let presence = try workspace.watcher(files)
    let isForeground = files.readRecord()?.isDetached == false
    if case .watching(let pid) = presence, isForeground {
      throw .work(
        "the watcher\(pid.map { ", process \($0)," } ?? "") is not in the background: what it says "
          + "is on its terminal")
    }
    let follows = context.invocation.has("follow")
    var process: Int32?
    if case .watching(let pid) = presence { process = pid }
    let reader = LogReader(files, output: context.output, follows: follows, watcher: process)
    reader.readAll()
    if reader.isEmpty, process == nil {
      throw .work("there is no log; 'sindri-watch watch --detach' writes one")
    }
    guard follows, process != nil else { return 0 }
    let loop = try context.eventLoop()
    loop.add(reader)
    do {
      try loop.run { reader.isOver || context.output.isClosed }
    } catch {
      throw .work(error.description)
    }
    if let signal = loop.endingSignal { endBySignal(signal) }
    return 0
  }
}
