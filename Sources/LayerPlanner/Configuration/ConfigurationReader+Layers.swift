extension ConfigurationReader {
  /// Every `[layer]`, with what `[build]` says of all of them.
  mutating func readLayers() -> [LayerConfiguration] {
    let shared = group("build")
    let context = one("context", of: "build", in: shared, Value.path, else: .root)
    let arguments = all("argument", of: shared, Value.assignment)
    let secrets = all("secret", of: shared, Value.text)
    let cacheFrom = all("cache-from", of: shared, Value.text)
    let cacheTo = all("cache-to", of: shared, Value.text)
    let platform = one("platform", of: shared, Value.text)
    let network = one("network", of: shared, Value.text)
    var layers: [LayerConfiguration] = []
    for group in groups where group.section == "layer" {
      let rules = readRules(group)
      let quantifier: Configured<PathFilter.Quantifier> = one(
        "quantifier", of: "layer", in: group, Value.choice, else: .some)
      let layer = LayerConfiguration(
        name: readName(group), dockerfile: readDockerfile(group),
        parent: one("parent", of: group) { bytes throws(Value.Problem) in
          LayerName(try Value.text(bytes))
        },
        parentArgument: one("parent-argument", of: group, Value.argumentName),
        stable: one("stable", of: group, Value.tag), rules: rules, quantifier: quantifier,
        filter: PathFilter(
          rules: rules.map { rule in
            FilterRule(statuses: rule.statuses, patterns: rule.patterns.map(\.value))
          }, quantifier: quantifier.value),
        context: one("context", of: group, Value.path) ?? context,
        target: one("target", of: group, Value.text),
        platform: one("platform", of: group, Value.text) ?? platform,
        arguments: arguments + all("argument", of: group, Value.assignment),
        secrets: secrets + all("secret", of: group, Value.text),
        cacheFrom: cacheFrom + all("cache-from", of: group, Value.text),
        cacheTo: cacheTo + all("cache-to", of: group, Value.text),
        network: one("network", of: group, Value.text) ?? network,
        keptVersions: one("keep-versions", of: group, Value.countOrAll))
      complainAboutParent(group, layer)
      warnAboutRules(layer)
      layers.append(layer)
    }
    complainAboutSharedTags(layers)
    return layers
  }

  private mutating func readName(_ group: Group) -> Configured<LayerName> {
    let subsection = group.subsection ?? []
    do {
      return Configured(try Value.layerName(subsection), origin: group.origin)
    } catch {
      complain("section \"layer\": \(error.message)", group.origin)
      return Configured(LayerName(String(decoding: subsection, as: UTF8.self)))
    }
  }

  private mutating func readDockerfile(_ group: Group) -> Configured<RepositoryPath> {
    if let found = one("dockerfile", of: group, Value.file) { return found }
    if !isSet("dockerfile", of: group) {
      complain(
        "layer \(quoted(group.subsection ?? [])) has no dockerfile; add dockerfile = PATH",
        group.origin)
    }
    return Configured(.root)
  }

  private mutating func readRules(_ group: Group) -> [LayerRule] {
    var rules = all("path", of: group, Value.pattern).map { pattern in
      LayerRule(statuses: nil, patterns: [pattern])
    }
    for key in group.keys where key.hasPrefix("path-") {
      let patterns = all(key, of: group, Value.pattern)
      guard !patterns.isEmpty else { continue }
      let words = key.split(separator: "-").dropFirst()
      let statuses = Set(words.compactMap { ChangeStatus(rawValue: String($0)) })
      rules.append(LayerRule(statuses: statuses, patterns: patterns))
    }
    return rules
  }

  private mutating func complainAboutParent(_ group: Group, _ layer: LayerConfiguration) {
    let hasParent = isSet("parent", of: group)
    let hasArgument = isSet("parent-argument", of: group)
    guard hasParent != hasArgument else { return }
    complain(
      hasParent
        ? "layer \"\(layer.name.value)\" has a parent but no parent-argument; add "
          + "parent-argument = NAME, the ARG that its FROM uses"
        : "layer \"\(layer.name.value)\" has a parent-argument but no parent; add parent = LAYER "
          + "or remove it",
      (hasParent ? layer.parent?.origin : layer.parentArgument?.origin) ?? group.origin)
  }

  private mutating func warnAboutRules(_ layer: LayerConfiguration) {
    let name = layer.name.value
    if layer.quantifier.value == .every {
      guard layer.rules.isEmpty else { return }
      warnings.append(
        Problem(
          "layer \"\(name)\" has quantifier = every and no path, so every change matches it; "
            + "add path = PATTERN", at: layer.quantifier.origin))
      return
    }
    for pattern in layer.rules.flatMap(\.patterns) where pattern.value.text.hasPrefix("!") {
      warnings.append(
        Problem(
          "layer \"\(name)\": the pattern \"\(pattern.value.text)\" excludes nothing; it matches nearly "
            + "every path; write quantifier = every to have all patterns match",
          at: pattern.origin))
    }
  }

  private mutating func complainAboutSharedTags(_ layers: [LayerConfiguration]) {
    var owners: [String: LayerName] = [:]
    for layer in layers {
      guard let stable = layer.stable else { continue }
      if let owner = owners.updateValue(layer.name.value, forKey: stable.value) {
        complain(
          "layer \"\(layer.name.value)\" has the stable tag \"\(stable.value)\" of layer "
            + "\"\(owner)\"; give each its own", stable.origin)
      }
    }
  }

  /// The tree. An unknown parent, and a parent in a ring, is complained about and left out.
  mutating func readTree(_ layers: [LayerConfiguration]) -> LayerTree {
    // Names that are not UTF-8, complained about already, may look the same.
    let names: [LayerName] = layers.map(\.name.value).reduce(into: []) { names, name in
      if !names.contains(name) { names.append(name) }
    }
    var parents: [LayerName: LayerName] = [:]
    for layer in layers {
      guard let parent = layer.parent else { continue }
      if names.contains(parent.value) {
        parents[layer.name.value] = parent.value
      } else {
        complain(
          "layer \"\(layer.name.value)\" has the parent \"\(parent.value)\", which is not configured"
            + Suggestion.hint(for: parent.value.text, in: names.map(\.text)), parent.origin)
      }
    }
    // Each turn takes out the parents of one ring, so this ends.
    while true {
      do {
        return try LayerTree(names.map { ($0, parents[$0]) })
      } catch {
        guard case .cycle(let ring) = error, let first = ring.first else {
          parents = [:]
          continue
        }
        let origin = layers.first { $0.name.value == first }?.parent?.origin
        let path = (ring + [first]).map(\.text).joined(separator: " -> ")
        complain("layers stand on each other: \(path); remove one parent", origin)
        for name in ring { parents[name] = nil }
      }
    }
  }
}
