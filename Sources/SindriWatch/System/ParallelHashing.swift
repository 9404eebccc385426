import Glibc
import LayerPlanner

/// A small file and what reading it gave.
struct HashedFile: Sendable {
  /// What it was when it was opened, and when that was.
  let signature: FileSignature
  let readAt: Int64
  /// Nil when the file was larger than asked for.
  let digest: Digest?
}

/// Hashes files of at most `most` bytes on all processors at once and waits for them: for the first
/// look at a tree, where nothing else can be done before it is over. Nil stands for what is no
/// regular file.
func hashFiles(
  _ paths: [[UInt8]], most: Int64 = .max
) -> [Result<HashedFile?, SystemError>] {
  let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  // A thread for fewer files costs more than it saves.
  let count = max(1, min(processors, 8, paths.count / 32))
  let workers = (0..<count).map { HashWorker(paths, most: most, first: $0, step: count) }
  let threads = workers.dropFirst().map { $0.start() }
  workers[0].run()
  for (worker, thread) in zip(workers.dropFirst(), threads) {
    // One that could not be started is done here.
    if let thread { pthread_join(thread, nil) } else { worker.run() }
  }
  return paths.indices.map { workers[$0 % count].results[$0 / count] }
}

/// Every so many of the files. Its own thread alone uses it until that has been joined.
private final class HashWorker: @unchecked Sendable {
  private let paths: [[UInt8]]
  private let most: Int64
  private let first: Int
  private let step: Int
  private(set) var results: [Result<HashedFile?, SystemError>] = []

  init(_ paths: [[UInt8]], most: Int64, first: Int, step: Int) {
    self.paths = paths
    self.most = most
    self.first = first
    self.step = step
  }

  func start() -> pthread_t? {
    var thread = pthread_t()
    let worker = unsafe Unmanaged.passRetained(self)
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        if let argument = unsafe argument {
          unsafe Unmanaged<HashWorker>.fromOpaque(argument).takeRetainedValue().run()
        }
        return nil
      }, worker.toOpaque())
    if status == 0 { return thread }
    unsafe worker.release()
    return nil
  }

  func run() {
    results = stride(from: first, to: paths.count, by: step).map { hash(paths[$0]) }
  }

  private func hash(_ path: [UInt8]) -> Result<HashedFile?, SystemError> {
    do throws(SystemError) {
      guard var hashing = try FileHashing.open(path) else { return .success(nil) }
      let (signature, readAt) = (hashing.signature, hashing.readAt)
      guard signature.size <= most else {
        return .success(HashedFile(signature: signature, readAt: readAt, digest: nil))
      }
      while true {
        guard let digest = try hashing.step() else { continue }
        return .success(HashedFile(signature: signature, readAt: readAt, digest: digest))
      }
    } catch {
      return .failure(error)
    }
  }
}
