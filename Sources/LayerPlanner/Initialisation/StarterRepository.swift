/// The choice of an image repository, where all layers' images differ by tag.
enum StarterRepository {
  /// The repository that the defaults of FROM's arguments name, most often if they do not agree,
  /// and where it was found; else the directory's name.
  static func choose(
    _ candidates: [LayerCandidate], _ inference: ParentInference, directoryName: String
  ) -> (name: String, source: String?) {
    let own = DockerfileName.layerName(directoryName)
    let fallback = isRepository(own) ? own : "images"
    var found: [(name: String, link: ParentInference.Link)] = []
    for link in inference.links where link.isByImage {
      let image = link.base.image
      // One repository for each layer: what they have in common is the owner.
      let owner = image.repository.dropLast(image.lastName.count)
      let name = link.tag == nil ? owner + fallback : image.repository
      if isRepository(name), link.tag != nil || image.isQualified { found.append((name, link)) }
    }
    func count(_ name: String) -> Int { found.count { $0.name == name } }
    let most = found.map { count($0.name) }.max()
    guard let best = found.first(where: { count($0.name) == most }) else { return (fallback, nil) }
    let file = candidates[best.link.child].path
    let word = best.link.base.argument.map { "the default of \($0)" } ?? "FROM"
    return (best.name, "\(word) in \(file)")
  }

  private static func isRepository(_ name: String) -> Bool {
    !name.isEmpty && (try? ConfigurationValue.repository(Array(name.utf8))) != nil
  }
}
