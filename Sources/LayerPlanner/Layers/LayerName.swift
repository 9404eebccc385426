/// The name of a layer, as written in `[layer "NAME"]`. It is also the prefix of the layer's tags.
public struct LayerName: Hashable, Sendable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral
{
  /// The name as configured, case kept.
  public let text: String

  /// A name from its configured text.
  public init(_ text: String) { self.text = text }

  /// A name from a literal, for tables and tests.
  public init(stringLiteral value: String) { text = value }

  /// The name itself.
  public var description: String { text }

  /// Orders by text, for stable output only; the order of building is `LayerTree.order`.
  public static func < (left: LayerName, right: LayerName) -> Bool { left.text < right.text }
}
