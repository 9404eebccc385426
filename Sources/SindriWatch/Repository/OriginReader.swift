import LayerPlanner

/// Asks git, and the environment of a CI run, where the tree comes from.
struct OriginReader {
  let context: CommandContext
  let workspace: Workspace
  let loop: EventLoop

  /// The origin; nil without git or without a commit.
  func read() throws(CommandFailure) -> TreeOrigin? {
    guard let commit = try context.revision(in: workspace, loop) else { return nil }
    let status = try context.git(["status", "--porcelain"], in: workspace, loop)
    let isClean = status?.succeeded == true && status?.output.isEmpty == true
    return TreeOrigin(
      commit: commit, isClean: isClean, branch: try branch(),
      pullRequest: TreeOrigin.pullRequest(ref: workspace.environment["GITHUB_REF"]))
  }

  /// The branch. In CI, where a commit is checked out by itself, the run's own.
  private func branch() throws(CommandFailure) -> String? {
    let head = try context.git(["symbolic-ref", "--short", "--quiet", "HEAD"], in: workspace, loop)
    if let head, head.succeeded, !head.text.isEmpty { return head.text }
    guard workspace.environment["GITHUB_REF_TYPE"] == "branch" else { return nil }
    return workspace.environment["GITHUB_REF_NAME"]
  }
}
