/// A picture as a network wants it: float planes, and where the picture lies in them.
public struct PreparedImage: Sendable, Equatable {
  /// `[channels, height, width]`, row-major.
  public let values: [Float]
  /// Planes: 1 or 3.
  public let channels: Int
  /// Rows of a plane.
  public let height: Int
  /// Values of a row.
  public let width: Int
  /// Where the picture lies, to map boxes back.
  public let placement: Placement
}
