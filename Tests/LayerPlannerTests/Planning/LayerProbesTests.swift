import Testing

@testable import LayerPlanner

struct LayerProbesTests {
  @Test func passesOverNoPathThatALayerReads() throws {
    let classifier = try SindriLayers.classifier()
    let paths: [RepositoryPath] = [
      "Dockerfile", "Dockerfile.base", "Dockerfile.tooling", ".dockerignore",
      "Dockerfile.dockerignore", "docker/lib/a", "docker/scripts/install-mise.sh",
      "docker/config/x",
      "docker/lib/registry-retry.sh", "README.md", "docker", "x",
    ]
    for path in paths {
      let candidates = classifier.probes.candidates(PathEnds(path.bytes))
      for (index, layer) in classifier.layers.enumerated() {
        let verdict = classifier.verdict(path, status: .modified, for: layer)
        #expect(verdict == .unmatched || candidates.contains(index), "\(path) for \(layer.name)")
      }
    }
    #expect(!classifier.probes.candidates(PathEnds(Array("README.md".utf8))).contains(0))
  }

  @Test func aProbeOfAShortPathAdmitsOnlyIt() {
    let probe = PathProbe(exactly: Array("ab".utf8))
    #expect(probe.admits(PathEnds(Array("ab".utf8))))
    #expect(!probe.admits(PathEnds(Array("abc".utf8))))
    #expect(!probe.admits(PathEnds(Array("ac".utf8))))
  }
}
