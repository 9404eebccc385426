/// Jobs that are done one after the other, in the order in which they were added.
final class JobQueue {
  /// A job calls `next` once, when it is done.
  typealias Job = (_ next: @escaping () -> Void) -> Void

  private var jobs: [Job] = []
  private var isBusy = false

  /// Adds a job; it starts at once when nothing is before it.
  func add(_ job: @escaping Job) {
    jobs.append(job)
    startNext()
  }

  private func startNext() {
    guard !isBusy, !jobs.isEmpty else { return }
    isBusy = true
    let job = jobs.removeFirst()
    job {
      self.isBusy = false
      self.startNext()
    }
  }
}
