/// Everything that a clean build of a layer reads. Equal inputs have equal fingerprints, on every
/// machine; different inputs have different ones as far as SHA-256 goes.
///
/// Ignore rules are no part of it: their effect is which files are inputs.
public struct LayerInputs: Sendable {
  /// One thing besides files that the build depends on: a build argument, the platform, the
  /// target, the context's path.
  public struct Setting: Hashable, Sendable {
    /// Which one.
    public let key: String
    /// Its value.
    public let value: String

    /// A setting and its value.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The layer.
  public var layer: LayerName
  /// The digest of the Dockerfile's bytes.
  public var dockerfile: Digest
  /// The settings in their order, which counts.
  public var settings: [Setting]
  /// The fingerprint of the layer that it stands on, if any.
  public var parent: Fingerprint?
  /// The digest of all input files: `InputIndex.digest(of:)`.
  public var files: Digest

  /// Inputs with the files' digest at hand.
  public init(
    layer: LayerName, dockerfile: Digest, settings: [Setting], parent: Fingerprint?, files: Digest
  ) {
    self.layer = layer
    self.dockerfile = dockerfile
    self.settings = settings
    self.parent = parent
    self.files = files
  }

  /// Inputs with a list of files, in any order, each path once.
  public init(
    layer: LayerName, dockerfile: Digest, settings: [Setting], parent: Fingerprint?,
    files: [InputFile]
  ) {
    var index = InputIndex()
    let signature = FileSignature(device: 0, inode: 0, size: 0, mtime: 0, ctime: 0, mode: 0)
    for file in files {
      index.update(
        file.path, signature: signature, content: file.content, layers: [0], readAt: 0)
    }
    self.init(
      layer: layer, dockerfile: dockerfile, settings: settings, parent: parent,
      files: index.digest(of: 0))
  }

  /// The layer's identity.
  public var fingerprint: Fingerprint {
    // Fixed fields have fixed sizes and all others carry their length, so that no two inputs have
    // the same encoding. A change of the encoding, also of the files' digest, changes the version.
    var encoding = Array("sindri-watch layer inputs 1\n".utf8)
    func append(_ text: String) { encoding += Self.length(text.utf8.count) + Array(text.utf8) }
    append(layer.text)
    encoding += dockerfile.bytes
    encoding += Self.length(settings.count)
    for setting in settings {
      append(setting.key)
      append(setting.value)
    }
    append(parent?.hex ?? "")
    encoding += files.bytes
    return Fingerprint(Digest(of: encoding))
  }

  /// Eight bytes, big-endian.
  private static func length(_ count: Int) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
  }
}

extension Fingerprint {
  /// A fingerprint from its digest.
  init(_ digest: Digest) { self.init(digits: digest.hex) }
}
