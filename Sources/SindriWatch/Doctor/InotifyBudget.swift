import LayerPlanner

/// The kernel's limits against what the watcher needs.
struct InotifyBudget {
  let watchedDirectories: Int
  var limit = InotifyLimit.current
  var others = InotifyUse.ofOthers()

  /// How many watches the others leave.
  var available: Int { max(0, limit.watches - others.total) }

  /// A row for each limit.
  var findings: [Finding] {
    let instances = Int(kernelSetting("fs/inotify/max_user_instances")) ?? 0
    var rows: [Finding] = []
    let state =
      "\(watchedDirectories) watches needed, \(available) of \(limit.watches) available"
      + " (\(limit.setting))" + (others.total > 0 ? "; held by \(others.text())" : "")
    if watchedDirectories * 10 > available * 9 {
      rows.append(Finding(.problem, "inotify", state, remedy: remedy))
    } else {
      rows.append(Finding(.ok, "inotify", state))
    }
    if instances < 16 {
      rows.append(
        Finding(
          .warning, "inotify", "fs.inotify.max_user_instances = \(instances) is low",
          remedy: "sudo sysctl fs.inotify.max_user_instances=1024"))
    }
    return rows
  }

  /// The command that makes room for all.
  var remedy: String {
    "sudo sysctl \(limit.setting)=\(others.advisedLimit(needed: watchedDirectories))"
  }
}
