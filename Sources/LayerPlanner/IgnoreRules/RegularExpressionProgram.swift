extension RegularExpression {
  /// An expression as instructions for a simulation that follows all possibilities at once
  /// (Thompson's construction), so the time is bounded by text length times program length.
  struct Program: Sendable {
    private enum Instruction: Sendable {
      case scalar(UInt32)
      case set(ScalarSet)
      case assertion(Assertion)
      /// Both the next instruction and this one are tried.
      case split(Int)
      case jump(Int)
      case match
    }

    private var instructions: [Instruction] = []
    /// Whether a match can only begin at the start of the text.
    private var isAnchored = false

    init(_ tree: Node) {
      emit(tree)
      instructions.append(.match)
      if case .sequence(let nodes) = tree, case .assertion(.start)? = nodes.first {
        isAnchored = true
      }
    }

    private mutating func emit(_ node: Node) {
      switch node {
      case .empty: break
      case .scalar(let scalar): instructions.append(.scalar(scalar))
      case .set(let set): instructions.append(.set(set))
      case .assertion(let assertion): instructions.append(.assertion(assertion))
      case .sequence(let nodes): nodes.forEach { emit($0) }
      case .choice(let nodes): emit(choices: nodes)
      case .repetition(let inner, let least, let most):
        for _ in 0..<least { emit(inner) }
        guard let most else { return emit(loop: inner) }
        let splits = (least..<most).map { _ in
          instructions.append(.split(0))
          let split = instructions.count - 1
          emit(inner)
          return split
        }
        for split in splits { instructions[split] = .split(instructions.count) }
      }
    }

    private mutating func emit(loop inner: Node) {
      let start = instructions.count
      instructions.append(.split(0))
      emit(inner)
      instructions.append(.jump(start))
      instructions[start] = .split(instructions.count)
    }

    private mutating func emit(choices: [Node]) {
      var jumps: [Int] = []
      for (index, choice) in choices.enumerated() {
        let split = instructions.count
        let isLast = index == choices.count - 1
        if !isLast { instructions.append(.split(0)) }
        emit(choice)
        if isLast { continue }
        jumps.append(instructions.count)
        instructions.append(.jump(0))
        instructions[split] = .split(instructions.count)
      }
      for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    /// Whether `text` holds a match; with `isOpenEnded`, whether more text after it could make one.
    func run(_ text: [UInt8], isOpenEnded: Bool) -> Bool {
      var threads = Threads(size: instructions.count)
      var position = 0
      var previous: UInt32?
      while true {
        let isAtEnd = position == text.count
        let (scalar, width) = isAtEnd ? (0, 0) : decodeScalar(text, at: position)
        let here = Surroundings(
          before: previous, after: isAtEnd ? nil : scalar, isOpen: isAtEnd && isOpenEnded)
        if previous == nil || !isAnchored { threads.waiting.append(0) }
        if follow(&threads, here) { return true }
        if isAtEnd { return isOpenEnded && !(threads.running.isEmpty && isAnchored) }
        if threads.running.isEmpty, isAnchored { return false }
        for thread in threads.running {
          let isTaken =
            switch instructions[thread] {
            case .scalar(let wanted): wanted == scalar
            case .set(let set): set.contains(scalar)
            default: false
            }
          if isTaken { threads.waiting.append(thread + 1) }
        }
        threads.running.removeAll(keepingCapacity: true)
        previous = scalar
        position += width
      }
    }

    /// Moves every waiting thread through what takes no text, to the instructions that take some;
    /// true when one reaches the end of the program.
    private func follow(_ threads: inout Threads, _ here: Surroundings) -> Bool {
      threads.step += 1
      while let thread = threads.waiting.popLast() {
        guard threads.seen[thread] != threads.step else { continue }
        threads.seen[thread] = threads.step
        switch instructions[thread] {
        case .scalar, .set: threads.running.append(thread)
        case .assertion(let assertion):
          if here.satisfy(assertion) { threads.waiting.append(thread + 1) }
        case .split(let other):
          threads.waiting.append(other)
          threads.waiting.append(thread + 1)
        case .jump(let target): threads.waiting.append(target)
        case .match:
          return true
        }
      }
      return false
    }
  }

  private struct Threads {
    var running: [Int] = []
    var waiting: [Int] = []
    /// The step at which each instruction was last reached.
    var seen: [Int]
    var step = 0

    init(size: Int) { seen = Array(repeating: 0, count: size) }
  }

  /// The code points on both sides of a position; nil at the ends of the text.
  private struct Surroundings {
    let before: UInt32?
    let after: UInt32?
    /// Whether some unknown text follows.
    let isOpen: Bool

    func satisfy(_ assertion: Assertion) -> Bool {
      switch assertion {
      case .start: before == nil
      case .end: after == nil && !isOpen
      case .wordBoundary where isOpen, .noWordBoundary where isOpen: true
      case .wordBoundary: Self.isWord(before) != Self.isWord(after)
      case .noWordBoundary: Self.isWord(before) == Self.isWord(after)
      }
    }

    private static func isWord(_ scalar: UInt32?) -> Bool {
      switch scalar {
      case .some(0x30...0x39), .some(0x41...0x5A), .some(0x5F), .some(0x61...0x7A): true
      default: false
      }
    }
  }
}
