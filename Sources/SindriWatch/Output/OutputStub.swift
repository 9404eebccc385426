import Glibc
import LayerPlanner

struct OutputOptions {
  enum Format { case text, json, github }
  enum ColorChoice { case auto, always, never }
  var format = Format.text
  var color = ColorChoice.auto
  var isQuiet = false
  var isVerbose = false
}

final class Output {
  let options: OutputOptions
  var layers: [LayerName]
  var progressLines = 20
  private(set) var isClosed = false

  init(_ options: OutputOptions, layers: [LayerName], environment: ProcessEnvironment) {
    self.options = options
    self.layers = layers
  }

  func report(_ event: Event) {
    let now = wallClockNanoseconds()
    let time = Timestamp.rfc3339(
      seconds: now / 1_000_000_000, nanoseconds: now % 1_000_000_000)
    line(options.format == .json ? EventJSON.line(event, time: time) : "\(event)")
  }

  func buildStarted(_ layer: LayerName) {}
  func buildOutput(_ layer: LayerName, _ bytes: [UInt8]) {
    if options.isVerbose { self.bytes(bytes, to: 2) }
  }
  func buildEnded(_ layer: LayerName, failed: Bool) {}
  var deadline: Int64? { nil }
  func tick(now: Int64) {}
  func error(_ message: String) {
    bytes(Array("sindri-watch: error: \(message)\n".utf8), to: 2)
  }
  func note(_ message: String) {
    if options.isVerbose { bytes(Array("\(message)\n".utf8), to: 2) }
  }
  func line(_ text: String) { bytes(Array("\(text)\n".utf8)) }
  func bytes(_ bytes: [UInt8], to descriptor: Int32 = 1) {
    do { try writeAll(descriptor, bytes, "output") } catch { isClosed = true }
  }
  func finish() {}
}
