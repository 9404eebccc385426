import LayerPlanner

/// The kernel's limits against what the watcher needs.
struct InotifyBudget {
  let watchedDirectories: Int

  /// A row for each limit.
  var findings: [Finding] {
    let watches = limit("max_user_watches")
    let instances = limit("max_user_instances")
    let needed = watchedDirectories
    var rows: [Finding] = []
    if needed * 10 > watches * 9 {
      let wanted = max(524_288, 2 * needed)
      rows.append(
        Finding(
          .problem, "inotify",
          "\(needed) directories to watch, fs.inotify.max_user_watches = \(watches)",
          remedy: "sudo sysctl fs.inotify.max_user_watches=\(wanted)"))
    } else {
      rows.append(
        Finding(.ok, "inotify", "\(needed) directories to watch, \(watches) watches allowed"))
    }
    if instances < 16 {
      rows.append(
        Finding(
          .warning, "inotify", "fs.inotify.max_user_instances = \(instances) is low",
          remedy: "sudo sysctl fs.inotify.max_user_instances=1024"))
    }
    return rows
  }

  private func limit(_ name: String) -> Int { Int(kernelSetting("fs/inotify/\(name)")) ?? 0 }
}
