import LayerPlanner

/// The layers and filters of Sindri's own images.
enum SindriLayers {
  static func filter(_ patterns: [String]) throws -> PathFilter {
    PathFilter(rules: try patterns.map { FilterRule(patterns: [try PathPattern($0)]) })
  }

  static func classifier(ignore: String? = nil) throws -> PathClassifier {
    let rules = try ignore.map { text in
      (file: RepositoryPath(".dockerignore"), rules: try IgnoreRules(file: Array(text.utf8)))
    }
    func layer(_ name: LayerName, _ dockerfile: RepositoryPath, _ patterns: [String]) throws
      -> LayerRules
    {
      LayerRules(
        name: name, dockerfile: dockerfile, context: .root,
        filter: try filter([dockerfile.description] + patterns), ignore: rules)
    }
    return PathClassifier(
      layers: [
        try layer(
          "application", "Dockerfile", ["docker/lib/**", "docker/scripts/**", "docker/config/**"]),
        try layer(
          "base", "Dockerfile.base",
          ["docker/lib/registry-retry.sh", "docker/scripts/install-packages.sh"]),
        try layer(
          "tooling", "Dockerfile.tooling",
          ["docker/config/sshd_config", "docker/scripts/install-mise.sh"]),
      ],
      tree: try LayerTree([
        ("base", nil), ("tooling", "base"), ("application", "tooling"),
      ]))
  }
}
