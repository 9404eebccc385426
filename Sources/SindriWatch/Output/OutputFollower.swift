import LayerPlanner

/// Takes in all that an output is told of what happens.
protocol OutputFollower: AnyObject {
  /// This happened.
  func report(_ event: Event)
  /// A build of `layer` begins.
  func buildStarted(_ layer: LayerName)
  /// A piece of the engine's output.
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8])
  /// The build of `layer` has ended; its event follows. Gives what its output said of its steps.
  @discardableResult
  func buildEnded(_ layer: LayerName, failed: Bool) -> BuildProgress?
}
