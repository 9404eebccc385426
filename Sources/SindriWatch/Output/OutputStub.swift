import LayerPlanner
import Glibc
struct OutputOptions { enum Format { case text, json, github }; enum ColorChoice { case auto, always, never }
  var format = Format.text; var color = ColorChoice.auto; var isQuiet = false; var isVerbose = false }
final class Output {
  let options: OutputOptions
  init(_ options: OutputOptions, layers: [LayerName], environment: ProcessEnvironment) { self.options = options; self.layers = layers }
  func report(_ event: Event) { print(event); fflush(nil) }
  func buildStarted(_ layer: LayerName) {}
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) { if options.isVerbose { print(String(decoding: bytes, as: UTF8.self)) } }
  func buildEnded(_ layer: LayerName, failed: Bool) {}
  var deadline: Int64? { nil }
  func tick(now: Int64) {}
  func error(_ m: String) { print("error: " + m) }
  func note(_ m: String) { if options.isVerbose { print(m) } }
  func line(_ m: String) { print(m) }
  func bytes(_ b: [UInt8]) { print(String(decoding: b, as: UTF8.self), terminator: "") }
  func finish() {}
  var isClosed: Bool { false }
  var layers: [LayerName]
  var progressLines = 20
}
