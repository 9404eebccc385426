/// Why a layer is built, for people and for the `planned` event.
public enum Cause: Hashable, Sendable {
  /// `path` changed and `pattern`, one of the layer's own, names it.
  case changed(path: RepositoryPath, pattern: String)
  /// The layer that it stands on is built anew.
  case parent(LayerName)
  /// The tree and the image differ, and no saved file was seen: an edit made while nobody watched.
  case stale
  /// No image of this layer exists.
  case missing
  /// The last build of this content failed or was cancelled.
  case unfinished
  /// The configuration of the layer changed.
  case configuration
  /// It was asked for by name.
  case requested
}

/// How the build of one layer ended.
public enum BuildResult: String, Hashable, Sendable {
  /// An image was built.
  case built
  /// An image with this content was there already.
  case reused
  /// The parent changed in nothing that this layer can see, so the image stands.
  case cutOff = "cut-off"
  /// The build ended with an error.
  case failed
  /// The build was stopped, because newer edits made it pointless or because of a signal.
  case cancelled
}

/// What happened, as the user is told: a line of the log, or one object of `--format json`.
public enum Event: Hashable, Sendable {
  /// Watching; everything on disk from here on is seen.
  case ready
  /// These paths, inputs of some layer, changed and have settled.
  case changed(paths: [RepositoryPath])
  /// These layers will be built, in this order, each for its cause.
  case planned([PlannedLayer])
  /// The build of `layer` began.
  case buildStarted(layer: LayerName)
  /// The build of `layer` ended. `image` is its ID, empty when there is none.
  case buildFinished(layer: LayerName, image: String, seconds: Double, result: BuildResult)
  /// The layer's image was fetched from the registry; `summary` says how much of it.
  case pulled(layer: LayerName, reference: String, seconds: Double, summary: String)
  /// This reference was sent to the registry.
  case pushed(reference: String, seconds: Double, summary: String)
  /// These tags now point to the new images; full image references.
  case tagged(tags: [String])
  /// These paths are in the running container of this name, so long after they were saved.
  case synced(paths: [RepositoryPath], container: String, milliseconds: Double)
  /// The container runs the new image.
  case restarted(container: String, seconds: Double)
  /// The new container was replaced by the one that worked.
  case rolledBack(container: String, reason: String)
  /// Notifications were lost or a part of the tree was replaced; everything is looked at again.
  case rescan(reason: String)
  /// Something the user should know, and the next step.
  case warning(message: String)
  /// Changes are taken in, but nothing is started.
  case paused
  /// What the pause held back is done now.
  case resumed
  /// Nothing is left to do: the images are those of the tree.
  case idle
}

/// One layer of a plan with the reason that it is in it.
public struct PlannedLayer: Hashable, Sendable {
  /// The layer.
  public let layer: LayerName
  /// Why it is built.
  public let cause: Cause

  /// A layer and its cause.
  public init(layer: LayerName, cause: Cause) {
    self.layer = layer
    self.cause = cause
  }
}
