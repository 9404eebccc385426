import LayerPlanner

/// The engine's images as lists and records give them. What an image is never changes, so each is
/// asked for once, and known from one run to the next through a file.
final class ImageCatalogue {
  /// The images of a repository, and what is known of those that a tag of ours names.
  struct Contents {
    let list: ImageList
    let facts: [String: ImageFacts]
  }

  private let engine: Engine
  /// Where the facts are kept; nil keeps them for this run alone.
  private let file: [UInt8]?
  private var facts: [String: ImageFacts] = [:]

  /// How many images one command asks for: well below the longest command line.
  private static let most = 200

  init(engine: Engine, file: [UInt8]?) {
    self.engine = engine
    self.file = file
    guard let file, let contents = try? readFile(file) else { return }
    for line in String(decoding: contents, as: UTF8.self).split(separator: "\n" as Character) {
      guard let known = ImageFacts(line: String(line)) else { continue }
      facts[known.id] = known
    }
  }

  /// Lists the images of `names` and asks for what is not known of them. Fails with the client's
  /// words.
  func list(
    _ client: EngineClient, _ names: ImageNames,
    _ completion: @escaping (Result<Contents, EngineProbe.Failure>) -> Void
  ) {
    engine.run(client, client.listImages(repository: names.repository)) { result in
      guard let result, result.succeeded else {
        return completion(.failure(.init(description: Self.reason(result))))
      }
      let list = ImageList(output: result.text, names: names)
      let ids = list.knownIDs(names: names)
      let isStale = self.facts.count > ids.count
      self.learn(client, ids.filter { self.facts[$0] == nil }[...]) { failure, isNew in
        if let failure { return completion(.failure(.init(description: failure))) }
        self.facts = self.facts.filter { Set(ids).contains($0.key) }
        if isNew || isStale { self.save() }
        completion(.success(Contents(list: list, facts: self.facts)))
      }
    }
  }

  /// What these images are; those that are gone are left out. Fails with the client's words.
  func images(
    _ client: EngineClient, _ ids: [String],
    _ completion: @escaping (Result<[String: ImageFacts], EngineProbe.Failure>) -> Void
  ) {
    learn(client, ids.filter { self.facts[$0] == nil }[...]) { failure, _ in
      if let failure { return completion(.failure(.init(description: failure))) }
      completion(.success(self.facts))
    }
  }

  /// What one image is; nil when it is not there any more. Fails with the client's words.
  func image(
    _ client: EngineClient, _ id: String,
    _ completion: @escaping (_ facts: ImageFacts?, _ failure: String?) -> Void
  ) {
    let id = ImageFacts.normalised(id)
    if let known = facts[id] { return completion(known, nil) }
    learn(client, [id]) { failure, _ in completion(self.facts[id], failure) }
  }

  private func learn(
    _ client: EngineClient, _ ids: ArraySlice<String>,
    _ completion: @escaping (_ failure: String?, _ isNew: Bool) -> Void, isNew: Bool = false
  ) {
    guard !ids.isEmpty else { return completion(nil, isNew) }
    engine.run(client, client.inspectImages(Array(ids.prefix(Self.most)))) { result in
      guard let result else { return completion(Self.reason(nil), isNew) }
      var learned = 0
      for line in result.text.split(separator: "\n" as Character) {
        guard let known = ImageFacts(line: String(line)) else { continue }
        self.facts[known.id] = known
        learned += 1
      }
      // An image that was removed since it was listed is no failure of the engine's.
      let isMissing = result.errorText.lowercased().contains("no such image")
      guard result.succeeded || isMissing else { return completion(Self.reason(result), isNew) }
      self.learn(
        client, ids.dropFirst(Self.most), completion, isNew: isNew || learned > 0)
    }
  }

  private func save() {
    guard let file else { return }
    let lines = facts.values.map(\.line).sorted().joined(separator: "\n")
    // Only speed is lost when the disk is full.
    try? writeFile(file, Array((lines + "\n").utf8))
  }

  private static func reason(_ result: CommandResult?) -> String {
    result.map { firstLine(of: $0.errorText) } ?? "the engine's client cannot be started"
  }
}
