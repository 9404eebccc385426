/// One build, complete: whoever performs it decides nothing.
public struct Build: Hashable, Sendable {
  /// The layer to build.
  public let layer: LayerName
  /// What the image will hold; written into its label, and its tag once it is adopted.
  public let fingerprint: Fingerprint
  /// The layer's own inputs, for its label; nil when they are not known.
  public let recipe: Fingerprint?
  /// The image to build on, by its tag `LAYER-FINGERPRINT`; nil for a layer without a parent.
  public let parent: Parent?
  /// Why it is built.
  public let cause: Cause

  /// The image that a layer is built on.
  public struct Parent: Hashable, Sendable {
    /// The parent layer.
    public let layer: LayerName
    /// The content of the parent's image.
    public let fingerprint: Fingerprint
    /// What is inherited from it, for the label of the image that is built on it.
    public let identity: Fingerprint?

    /// The image of `layer` with this content.
    public init(layer: LayerName, fingerprint: Fingerprint, identity: Fingerprint? = nil) {
      self.layer = layer
      self.fingerprint = fingerprint
      self.identity = identity
    }
  }

  /// A build of `layer`.
  public init(
    layer: LayerName, fingerprint: Fingerprint, recipe: Fingerprint? = nil, parent: Parent?,
    cause: Cause
  ) {
    self.layer = layer
    self.fingerprint = fingerprint
    self.recipe = recipe
    self.parent = parent
    self.cause = cause
  }
}

/// A stable tag and the image it is to point to.
public struct TagMove: Hashable, Sendable {
  /// The layer whose stable tag moves.
  public let layer: LayerName
  /// The ID of the image.
  public let image: String
  /// The ID of the image that it points to now; nil when there is no such tag.
  public let previous: String?

  /// A move of the stable tag of `layer`.
  public init(layer: LayerName, image: String, previous: String? = nil) {
    self.layer = layer
    self.image = image
    self.previous = previous
  }
}

extension Session {
  /// What the session wants done.
  ///
  /// The actions of one list may be performed at the same time, except where one names what
  /// another makes: the image of `adopt` is tagged before a `build` or `recreateContainer` that
  /// names its layer and fingerprint begins to use it, and `queryImages` sees the effect of every
  /// action that came before it. `recreateContainer` need not wait for `moveTags`: it names its
  /// image by content, not by the stable tag.
  public enum Action: Hashable, Sendable {
    /// Read the inputs again and answer with `scanned` and this id. Only the newest id counts;
    /// the answer to an older one may be left out.
    case scan(id: Int, scope: Scope)
    /// Ask the engine what it holds; answer with `images`.
    case queryImages
    /// Start this build; answer with `buildFinished`. Never two at a time.
    case build(Build)
    /// Stop the running build of this layer. Its `buildFinished` still comes, and may well say
    /// that it succeeded.
    case cancel(LayerName)
    /// Give this image the tag `LAYER-FINGERPRINT`: it was built while its inputs stood still, or
    /// is what such a build would give. No answer. When it fails, another image may have that tag:
    /// until the next `queryImages` every `build` is answered with `engineLost`, and no container
    /// is made.
    case adopt(layer: LayerName, fingerprint: Fingerprint, image: String)
    /// Move all these stable tags, or none; answer with `tagsMoved`.
    ///
    /// An engine moves one tag at a time, so that the set is never seen mixed after a crash, the
    /// whole list goes durably into a journal before the first tag moves and is taken out after
    /// the last. A journal found at the start is finished first, before `queryImages` is
    /// answered.
    case moveTags([TagMove])
    /// Replace the container by one of the image `LAYER-FINGERPRINT`, or create it; answer with
    /// `containerRecreated`. The image's ID is that of this tag.
    case recreateContainer(layer: LayerName, fingerprint: Fingerprint, image: String)
    /// The replacement under way need not be waited for: a newer image waits. Its
    /// `containerRecreated` still comes, and may well say that the container runs.
    case supersedeContainer
    /// Tell the user.
    case report(Event)
  }

  /// Which inputs to read again.
  public enum Scope: Hashable, Sendable {
    /// These files; all others are as they were at the scan before.
    case paths([RepositoryPath])
    /// All, and the file list itself.
    case everything
  }
}
