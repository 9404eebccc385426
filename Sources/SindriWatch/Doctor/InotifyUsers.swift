import CLinux
import Glibc
import LayerPlanner

/// The limit on inotify watches that holds here: that of the user namespace when it is lower, as in
/// a rootless container, else that of the machine.
struct InotifyLimit {
  /// The name of the setting, for sysctl(8).
  let setting: String
  let watches: Int

  /// What the kernel says.
  static var current: InotifyLimit {
    let machine = Int(kernelSetting("fs/inotify/max_user_watches")) ?? 0
    if let own = Int(kernelSetting("user/max_inotify_watches")), own < machine {
      return InotifyLimit(setting: "user.max_inotify_watches", watches: own)
    }
    return InotifyLimit(setting: "fs.inotify.max_user_watches", watches: machine)
  }
}

extension InotifyUse {
  /// What the other processes of this user hold, as /proc tells. Processes that may not be looked at
  /// are left out, and so are those that end meanwhile.
  static func ofOthers() -> InotifyUse {
    var processes: [(name: String, watches: Int)] = []
    let own = Array(String(getpid()).utf8)
    // The budget is that of a user in a user namespace (user_namespaces(7)).
    let namespace = try? readLink(Array("/proc/self/ns/user".utf8))
    for (name, _) in (try? listDirectory(Array("/proc".utf8))) ?? [] {
      guard name.allSatisfy({ (0x30...0x39).contains($0) }), name != own else { continue }
      let process = Array("/proc/".utf8) + name
      guard let status = try? fileStatus(process), status.st_uid == geteuid(),
        (try? readLink(process + Array("/ns/user".utf8))) == namespace
      else { continue }
      let watches = watches(of: process)
      guard watches > 0 else { continue }
      let program = (try? readFile(process + Array("/comm".utf8))) ?? name
      processes.append((String(decoding: program.filter { $0 != 0x0A }, as: UTF8.self), watches))
    }
    return InotifyUse(processes: processes)
  }

  private static func watches(of process: [UInt8]) -> Int {
    let descriptors = (try? listDirectory(process + Array("/fd".utf8))) ?? []
    return descriptors.reduce(0) { sum, entry in
      let link = try? readLink(process + Array("/fd/".utf8) + entry.name)
      guard let link, link.elementsEqual("anon_inode:inotify".utf8),
        let text = try? readFile(process + Array("/fdinfo/".utf8) + entry.name)
      else { return sum }
      return sum + watches(inDescriptorInformation: text)
    }
  }
}
