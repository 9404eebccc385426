// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is compiled under the same rules: Swift 6 mode (from the tools version),
/// strict memory safety, and no warning left standing.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "sindri-watch",
  products: [
    .executable(name: "sindri-watch", targets: ["SindriWatch"]),
    .library(name: "LayerPlanner", targets: ["LayerPlanner"]),
  ],
  targets: [
    // Decisions: pure values, no imports at all.
    .target(name: "LayerPlanner", swiftSettings: strict),
    // What Glibc's module map leaves out of the Linux headers.
    .systemLibrary(name: "CLinux"),
    // Effects: inotify, child processes, the engine's command line, the terminal.
    .executableTarget(
      name: "SindriWatch",
      dependencies: ["LayerPlanner", "CLinux"],
      swiftSettings: strict
    ),
    // Pure decisions by tables, properties and simulation.
    .testTarget(
      name: "LayerPlannerTests",
      dependencies: ["LayerPlanner"],
      exclude: ["Vectors"],
      swiftSettings: strict
    ),
    // The thin effects that need neither a watched tree nor an engine.
    .testTarget(
      name: "SindriWatchTests",
      dependencies: ["SindriWatch", "LayerPlanner"],
      swiftSettings: strict
    ),
    // Real directories, real inotify, real children.
    .testTarget(
      name: "FileSystemTests",
      dependencies: ["SindriWatch", "LayerPlanner"],
      swiftSettings: strict
    ),
    // The real binary against a real container engine.
    .testTarget(
      name: "EngineTests",
      dependencies: ["LayerPlanner"],
      swiftSettings: strict
    ),
  ]
)
