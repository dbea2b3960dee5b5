/// How `Tensor.interpolate` finds values between pixels: the modes of `torch.nn.functional.interpolate`.
public enum InterpolationMode: String, Sendable, Hashable, CaseIterable {
  /// The pixel at `floor(x * scale)`: what PyTorch and OpenCV call nearest, which leans to the top left.
  case nearest
  /// The pixel whose centre is nearest.
  case nearestExact
  /// Linear in both directions.
  case bilinear
  /// Cubic convolution over four pixels, a = -0.75; with antialiasing a = -0.5, as Pillow.
  case bicubic
  /// Means over the area that each output pixel covers.
  case area

  /// Whether `alignCorners` and `antialias` mean anything.
  var isSmooth: Bool { self == .bilinear || self == .bicubic }
}

/// The size that an interpolation makes.
package enum InterpolationTarget: Sendable, Hashable {
  /// Height and width.
  case size([Int])
  /// Factors of height and width. The factor itself, not the quotient of the sizes, maps coordinates.
  case scale([Double])
}
