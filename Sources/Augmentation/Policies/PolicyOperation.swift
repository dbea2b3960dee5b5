import Imaging

/// An operation of the learned and random policies, by one magnitude, as torchvision's `_AutoAugmentBase` does it.
public enum PolicyOperation: String, Sendable, Hashable, CaseIterable {
  case identity, shearX, shearY, translateX, translateY, rotate, brightness, color, contrast, sharpness, posterize,
    solarize, autoContrast, equalize, invert

  /// The operation at a magnitude: slopes of shears, pixels of translations, degrees, changes of factors, bits, or the
  /// part of the range from which levels are inverted.
  public func transform(
    _ magnitude: Double, interpolation: WarpInterpolation = .nearest, fill: Fill? = nil
  ) throws(AugmentationError) -> any Transform {
    switch self {
    case .identity: return Identity()
    case .shearX, .shearY:
      let degrees = Trigonometry.degrees(ofSlope: magnitude)
      return try Affine(
        shear: self == .shearX ? (degrees, 0) : (0, degrees), center: (0, 0), interpolation: interpolation, fill: fill)
    case .translateX, .translateY:
      let pixels = magnitude.rounded(.towardZero)
      return try Affine(
        translate: self == .translateX ? (pixels, 0) : (0, pixels), interpolation: interpolation, fill: fill)
    case .rotate: return try Rotation(degrees: magnitude, interpolation: interpolation, fill: fill)
    case .brightness: return try ColorAdjustment([.brightness(1 + magnitude)])
    case .color: return try ColorAdjustment([.saturation(1 + magnitude)])
    case .contrast: return try ColorAdjustment([.contrast(1 + magnitude)])
    case .sharpness: return try Sharpness(factor: 1 + magnitude)
    case .posterize: return try Posterize(bits: Int(min(max(magnitude, 0), 8)))
    case .solarize: return try Solarize(threshold: 255 * magnitude)
    case .autoContrast: return AutoContrast()
    case .equalize: return Equalize()
    case .invert: return Invert()
    }
  }
}
