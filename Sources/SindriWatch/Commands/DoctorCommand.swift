import LayerPlanner
struct DoctorCommand {
  let context: CommandContext; func run() throws(CommandFailure) -> Int32 { 0 }
}
