import LayerPlanner

/// One command that asks the watcher. Reading and writing never wait: what it does not take in time
/// is kept up to a bound, and then it is let go of.
final class ControlConnection {
  private let descriptor: FileDescriptor
  private var input: [UInt8] = []
  private var output: [UInt8] = []
  /// Whether the request has come.
  private(set) var isAnswering = false
  /// Nothing more is to be done for it.
  private(set) var isOver = false
  /// Whether everything has been said.
  private var isComplete = false
  /// When it is let go of if it has not asked by then, in monotonic nanoseconds.
  let patience: Int64

  /// What is printed for a command that waits for the end of what it asked for.
  private(set) var printer: Output?
  /// The layers that were built since.
  private(set) var built: [LayerName] = []

  /// How long a command may take to say what it wants, in nanoseconds.
  static let requestTime: Int64 = 5_000_000_000
  /// The most bytes that wait for a command to read them.
  private static let mostWaiting = 2 << 20

  init(_ descriptor: consuming FileDescriptor, now: Int64) {
    self.descriptor = descriptor
    patience = now + Self.requestTime
  }

  /// What to poll for: what it has to say or, when something waits, that it reads.
  var number: Int32 { descriptor.number }
  var hasOutput: Bool { !output.isEmpty }

  /// Reads what has come; the request's line, without its end, once it is complete. What comes
  /// after it is of no interest.
  func readRequest() -> [UInt8]? {
    while true {
      switch readAvailable(descriptor.number) {
      case .nothingNow: return nil
      case .end:
        isOver = true
        return nil
      case .data(let bytes):
        guard !isAnswering else { continue }
        input += bytes
        if let end = input.firstIndex(of: 0x0A) {
          isAnswering = true
          let line = Array(input[..<end])
          input = []
          return line
        }
        if input.count > ControlRequest.mostBytes {
          isOver = true
          return nil
        }
      }
    }
  }

  /// Sends a part of the answer.
  func send(_ frame: ControlFrame) {
    guard !isOver, !isComplete else { return }
    output += frame.bytes
    isComplete = frame.kind == .end
    flush()
    if output.count > Self.mostWaiting { isOver = true }
  }

  /// Writes what the other end takes now.
  func flush() {
    while !output.isEmpty {
      guard let count = writeAvailable(descriptor.number, output[...]) else {
        isOver = true
        return
      }
      if count == 0 { return }
      output.removeFirst(count)
    }
    if isComplete { isOver = true }
  }

  // MARK: Waiting for work to end

  /// Prints what happens from here on for the command.
  func follow(_ printing: ControlRequest.Printing, layers: [LayerName], progressLines: Int) {
    var options = OutputOptions()
    options.format = printing.isJSON ? .json : .text
    options.color = printing.isColored ? .always : .never
    options.isQuiet = printing.isQuiet
    options.isVerbose = printing.isVerbose
    let output = Output(
      options, layers: layers, environment: ProcessEnvironment(entries: []), isTerminal: false,
      write: { [unowned self] descriptor, bytes in
        self.send(ControlFrame(descriptor == 2 ? .errors : .output, bytes))
        return true
      })
    output.progressLines = progressLines
    printer = output
  }

  /// Notes what was built.
  func note(_ event: Event) {
    guard printer != nil, case .buildFinished(let layer, _, _, .built) = event else { return }
    built.append(layer)
  }

  /// Ends the answer to a command that waited.
  func finish(_ status: Int32, _ message: String) {
    send(ControlFrame(.built, Array(built.map(\.text).joined(separator: "\t").utf8)))
    send(.end(status, message))
    printer = nil
  }
}
