import LayerPlanner

/// The sync journal on the disk.
struct JournalFile {
  /// The file; its directory exists.
  let path: [UInt8]

  /// What was written down; empty when there is no file.
  func read() -> SyncJournal { SyncJournal(file: (try? readFile(path)) ?? []) }

  /// Adds records. They are in the kernel's hands when this returns: a crash of the watcher loses
  /// none, and one of the machine ends the container as well.
  func append(_ records: [UInt8]) throws(SystemError) {
    if !records.isEmpty { try appendToFile(path, records) }
  }

  /// Writes the whole journal anew.
  func write(_ journal: SyncJournal) throws(SystemError) {
    try writeFile(path, journal.file, durably: true)
  }
}
