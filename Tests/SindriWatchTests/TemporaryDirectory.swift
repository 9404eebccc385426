import CLinux
import Glibc
import LayerPlanner

@testable import SindriWatch

/// A directory of plain files for one test, removed with its owner.
struct TemporaryDirectory: ~Copyable {
  let path: [UInt8]

  init(environment: ProcessEnvironment) throws(SystemError) {
    let parent = environment.bytes(of: "TMPDIR").flatMap { $0.isEmpty ? nil : $0 }
    var template = ((parent ?? Array("/tmp".utf8)) + Array("/sindri-watch-XXXXXX".utf8))
      .map { CChar(bitPattern: $0) }
    template.append(0)
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemError(
        call: "mkdtemp", subject: quoted(parent ?? Array("/tmp".utf8)), number: errno)
    }
    path = template.dropLast().map { UInt8(bitPattern: $0) }
  }

  /// The path of a file in this directory.
  func file(_ name: String) -> [UInt8] { path + [UInt8(ascii: "/")] + Array(name.utf8) }

  deinit {
    // Only plain files are ever put here.
    if let stream = unsafe withCString(terminating: path, { unsafe opendir($0) }) {
      while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe bytesOfCString(UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        if name != [0x2E], name != [0x2E, 0x2E] { removeFile(path + [0x2F] + name) }
      }
      unsafe closedir(stream)
    }
    _ = unsafe withCString(terminating: path) { unsafe rmdir($0) }
  }
}
