/// `completions`: the script by which a shell completes this program's command lines.
struct CompletionsCommand {
  let context: CommandContext

  func run() throws(CommandFailure) -> Int32 {
    let operands = context.invocation.operands
    let shell = String(decoding: operands.first ?? [], as: UTF8.self)
    guard operands.count == 1, let script = CompletionScript.text(for: shell) else {
      throw .usage("completions takes one shell: \(Completions.shells.joined(separator: ", "))")
    }
    context.output.bytes(Array(script.utf8))
    return 0
  }
}
