/// One input file that may have changed, with everything that needs to be known to act on it.
public struct Change: Hashable, Sendable {
  /// How much the notification says about the file's content.
  public enum Kind: Hashable, Sendable {
    /// Being written (MODIFY), or created as a regular file that nobody has closed yet (CREATE).
    case provisional
    /// Written, moved or gone for good: CLOSE_WRITE, MOVED_FROM, MOVED_TO, DELETE.
    case final
    /// Only attributes: a chmod or a touch. The content cannot have changed; the exec bit may.
    case attributes
  }

  /// One layer that reads the file.
  public struct Reader: Hashable, Sendable {
    /// The layer.
    public let layer: LayerName
    /// The layer's own pattern that names the file.
    public let pattern: String

    /// A layer and its deciding pattern.
    public init(layer: LayerName, pattern: String) {
      self.layer = layer
      self.pattern = pattern
    }
  }

  /// The file, or the directory that came or went with all its files.
  public let path: RepositoryPath
  /// How final the notification is.
  public let kind: Kind
  /// All layers whose input it is, never empty: paths of no layer are not delivered. Layers that
  /// only stand on these need not be named.
  public let readers: [Reader]
  /// Whether it is copied into the running container, which so needs no new image for it.
  public let isSynced: Bool

  /// A change of `path` for these readers.
  public init(path: RepositoryPath, kind: Kind, readers: [Reader], isSynced: Bool = false) {
    self.path = path
    self.kind = kind
    self.readers = readers
    self.isSynced = isSynced
  }
}

/// What the tree wants: the answer to `Session.Action.scan`.
public struct Scan: Sendable {
  /// The `id` of the request.
  public let id: Int
  /// The fingerprint of every layer that a clean build could be made of now, parents' fingerprints
  /// included; all layers of the tree, not only those that the scanned paths belong to.
  public let fingerprints: [LayerName: Fingerprint]
  /// Layers that cannot be fingerprinted (the Dockerfile is missing, a file is unreadable), each
  /// with what a person has to know. Layers above them are left out of both tables.
  public let problems: [LayerName: String]
  /// The fingerprints of the layers' own inputs, whatever they stand on. A layer that is left out
  /// is never cut off from a parent that was built anew.
  public let recipes: [LayerName: Fingerprint]

  /// The answer to request `id`.
  public init(
    id: Int, fingerprints: [LayerName: Fingerprint], problems: [LayerName: String] = [:],
    recipes: [LayerName: Fingerprint] = [:]
  ) {
    self.id = id
    self.recipes = recipes
    self.fingerprints = fingerprints
    self.problems = problems
  }
}

/// What the engine holds.
public struct Inventory: Sendable {
  /// The state of the container of `[container]`.
  public enum Container: Hashable, Sendable {
    /// There is none.
    case absent
    /// It runs the image with this ID.
    case running(String)
    /// It is stopped, or runs an image that is none of ours.
    case other
  }

  /// For each layer the images that carry a tag `LAYER-FINGERPRINT`, by that fingerprint. A layer
  /// without images may be left out.
  public let available: [LayerName: [Fingerprint: Image]]
  /// For each layer the ID of the image that its stable tag points to; left out when there is no
  /// such tag.
  public let stable: [LayerName: String]
  /// The container; `absent` when none is configured.
  public let container: Container

  /// What the engine holds.
  public init(
    available: [LayerName: [Fingerprint: Image]], stable: [LayerName: String],
    container: Container = .absent
  ) {
    self.available = available
    self.stable = stable
    self.container = container
  }
}

extension Session {
  /// What the session is told.
  ///
  /// Order matters in one way: before `scanned` and `buildFinished` are delivered, the queue of
  /// notifications has been drained, so that every change made before the scan was answered or
  /// the child ended has been delivered as `changed` first.
  public enum Input: Sendable {
    /// The watches are in place. With `catchUp` the images are compared with the tree at once;
    /// without, nothing is built until something changes, and then everything is compared.
    case started(catchUp: Bool)
    /// Input files may have changed.
    case changed([Change])
    /// Notifications were lost, or may have been; anything may have changed. Also the way to
    /// say that an ignore file was edited or that images were removed. `reason` is for people.
    case lost(reason: String)
    /// Git began (`lock` names the file that says so, such as `.git/index.lock`) or ended
    /// (nil) an operation that rewrites the tree.
    case git(lock: String?)
    /// The answer to `scan`.
    case scanned(Scan)
    /// The answer to `queryImages`.
    case images(Images)
    /// The build of `layer` ended; the answer to every `build`, cancelled or not.
    case buildFinished(layer: LayerName, outcome: BuildOutcome, seconds: Double)
    /// The answer to `moveTags`.
    case tagsMoved(TagsOutcome)
    /// The answer to `recreateContainer`.
    case containerRecreated(ContainerOutcome, seconds: Double)
    /// Something could not be copied into the running container: only a new one can have it.
    case syncFailed
    /// A valid edit of the configuration was loaded. Anything may differ, and scans that were
    /// asked for earlier count for nothing.
    case reconfigured(LayerTree, Settings)
    /// Compare everything now, and build these layers and all above them: with `force` even
    /// when images with this content exist, without only where they do not.
    case requested([LayerName], force: Bool)
    /// Start nothing in the engine any more (true), or go on (false). Changes are taken in and
    /// looked at meanwhile, and what runs already goes on to its end.
    case paused(Bool)
    /// How long a build of each layer usually takes.
    case costs([LayerName: Duration])
    /// Replace the container by one of the current image, as soon as that is true.
    case restart
    /// The time of `deadline` has come. Early, late and needless ticks do no harm.
    case tick
  }

  /// The answer to `queryImages`.
  public enum Images: Sendable {
    /// The engine answered.
    case inventory(Inventory)
    /// The engine cannot be reached, for this reason.
    case unreachable(String)
  }

  /// How a build ended.
  public enum BuildOutcome: Hashable, Sendable {
    /// There is an image; it has no tag yet. Its identity is known if a layer stands on this one.
    case succeeded(Image)
    /// The build ended with an error; the message may be empty when the user has seen it.
    case failed(String)
    /// It was stopped, as asked.
    case cancelled
    /// The engine went away.
    case engineLost(String)
  }

  /// How moving tags ended.
  public enum TagsOutcome: Hashable, Sendable {
    /// All of them point to the new images now; full image references, for people.
    case moved([String])
    /// Not all of them could be moved; those that were have been put back, or will be moved on
    /// before the next `queryImages` is answered.
    case failed(String)
  }

  /// How recreating the container ended.
  public enum ContainerOutcome: Hashable, Sendable {
    /// The container of this name runs the new image.
    case running(String)
    /// The new container failed its health check; the one that worked runs again.
    case rolledBack(container: String, reason: String)
    /// No container could be started from the image.
    case failed(String)
    /// The container was stopped by hand and stays as it is; the message says what to do.
    case leftAlone(String)
    /// The container is as it was, because a newer image waits.
    case superseded
  }
}
