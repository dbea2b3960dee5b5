/// How the pixels of a warped picture are made.
public enum WarpInterpolation: String, Sendable, Hashable, CaseIterable {
  /// The nearest pixel.
  case nearest
  /// The four nearest, by distance.
  case bilinear
}
