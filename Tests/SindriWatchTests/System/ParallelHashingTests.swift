import Foundation
import Glibc
import LayerPlanner
import Testing

@testable import SindriWatch

struct ParallelHashingTests {
  @Test func givesEachFileItsOwnDigest() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    var paths: [[UInt8]] = []
    for number in 0..<200 {
      let path = directory.file("file\(number)")
      // Around the sizes at which a read fills the buffer or does not.
      try writeFile(path, Array(repeating: UInt8(number), count: number * 700))
      paths.append(path)
    }
    let results = hashFiles(paths)
    #expect(results.count == 200)
    for (number, result) in results.enumerated() {
      let content = [UInt8](repeating: UInt8(number), count: number * 700)
      #expect(try result.get()?.digest == Digest(of: content))
      #expect(try result.get()?.signature.size == Int64(number * 700))
    }
  }

  @Test func leavesLargerFilesAlone() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let paths = ["small", "large"].map { directory.file($0) }
    try writeFile(paths[0], [UInt8](repeating: 1, count: 100))
    try writeFile(paths[1], [UInt8](repeating: 1, count: 101))
    let results = hashFiles(paths, most: 100)
    #expect(try results[0].get()?.digest == Digest(of: [UInt8](repeating: 1, count: 100)))
    #expect(try results[1].get()?.digest == nil)
    #expect(try results[1].get()?.signature.size == 101)
  }

  @Test func whatIsNoFileIsSaid() throws {
    let directory = try TemporaryDirectory(environment: .inherited)
    let fifo = directory.file("fifo")
    #expect(unsafe mkfifo(String(decoding: fifo, as: UTF8.self), 0o600) == 0)
    let results = hashFiles([fifo, directory.file("nowhere")])
    #expect(try results[0].get() == nil)
    #expect(throws: SystemError.self) { try results[1].get() }
    #expect(hashFiles([]).isEmpty)
  }
}
