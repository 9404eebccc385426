import LayerPlanner
import Testing

struct ConfiguredRequestsTests {
  private let hex = String(repeating: "ab", count: 32)

  private func configuration(_ more: String = "") throws -> Configuration {
    let text = """
      [image]
        repository = r/app
      [engine]
        context = far
        host = ssh://h
      [build]
        argument = SHARED=1
        builder = b
      [layer "base"]
        dockerfile = Dockerfile.base
        stable = base-stable
        path = base/**
        argument = FROM_ENVIRONMENT
        target = t
        platform = linux/arm64
      [layer "app"]
        dockerfile = app/Dockerfile
        context = app
        parent = base
        parent-argument = BASE
        stable = latest
        path = app/**
        secret = id=s
        cache-from = c
        cache-to = d
        network = host
      [container]
        name = dev
        layer = app
        publish = 1:1
        volume = v:/v
        env = A=1
        env = B
        env-file = e
        network = n
        user = u
        hostname = h
        command = sleep
        stop-timeout = 1500ms
        restart = true
      [layer "other"]
        dockerfile = other/Dockerfile
        path = other/**

      """ + more
    return try Configuration.load(sources: [.file("c", text)]).get()
  }

  @Test func aBuildTakesItsParentByTheTagThatOnlyItHas() throws {
    let configuration = try configuration()
    let names = configuration.imageNames(repository: "r/app")
    let fingerprint = try #require(Fingerprint(hex: hex))
    let layer = try #require(configuration.layer("app"))
    let build = Build(
      layer: "app", fingerprint: fingerprint,
      parent: Build.Parent(layer: "base", fingerprint: fingerprint), cause: .stale)
    let request = layer.request(
      build, names: names, builder: "b", revision: "abc", imageIDFile: "/i", noCache: true)
    #expect(request.arguments == ["SHARED=1", "BASE=r/app:base-\(hex)"])
    #expect(
      request.labels.map(\.name) == [
        "sindri.layer", "sindri.inputs", "sindri.recipe", "sindri.parent", "sindri.base",
        "org.opencontainers.image.revision",
      ])
    #expect(request.context == "app" && request.dockerfile == "app/Dockerfile")
    #expect(request.secrets == ["id=s"] && request.cacheFrom == ["c"] && request.cacheTo == ["d"])
    #expect(request.network == "host" && request.builder == "b" && request.noCache)
  }

  @Test func settingsOfAFingerprintHoldWhatFilesDoNot() throws {
    let base = try #require(try configuration().layer("base"))
    let settings = base.settings { $0 == "FROM_ENVIRONMENT" ? "seen" : nil }
    #expect(
      settings.map { "\($0.key)=\($0.value)" } == [
        "argument.SHARED=1", "argument.FROM_ENVIRONMENT=seen", "target=t",
        "platform=linux/arm64", "context=",
      ])
    #expect(base.argumentTexts == ["SHARED=1", "FROM_ENVIRONMENT"])
  }

  @Test func theContainerIsAskedForAsConfigured() throws {
    let configuration = try configuration()
    let container = try #require(configuration.container)
    let fingerprint = try #require(Fingerprint(hex: hex))
    let request = container.request(
      "app", fingerprint, names: configuration.imageNames(repository: "r/app"))
    #expect(request.image == "r/app:app-\(hex)")
    #expect(request.environment == ["A=1", "B"])
    #expect(request.command == ["sleep"] && request.publish == ["1:1"])
    #expect(container.stopSeconds == 2)
    #expect(configuration.engine.globalArguments == ["--context", "far", "--host", "ssh://h"])
    #expect(configuration.sessionSettings(restarts: nil).restart == "app")
    #expect(configuration.sessionSettings(restarts: false).restart == nil)
  }

  @Test func aSubsetKeepsWhatItsLayersStandOn() throws {
    let whole = try configuration()
    #expect(whole.keeping(["app"]).tree.order == ["base", "app"])
    #expect(whole.keeping(["other"]).tree.order == ["other"])
    #expect(whole.keeping(["other"]).container == nil)
    #expect(whole.keeping(["app"]).container != nil)
  }
}
