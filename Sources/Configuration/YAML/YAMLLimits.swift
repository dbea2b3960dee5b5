/// What a YAML file may ask for.
public struct YAMLLimits: Sendable {
  /// Bytes of the file.
  public var bytes = 4 << 20
  /// Lists and mappings in each other.
  public var depth = 64
  /// Values, those that aliases stand for counted each time.
  public var values = 200_000

  /// The standard limits.
  public static let standard = YAMLLimits()

  /// The standard limits.
  public init() {}
}
