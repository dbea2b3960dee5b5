import CImageCodecs

/// How the stored rows and columns lie to the upright picture: EXIF's eight values.
public enum Orientation: Int, Sendable, Hashable, CaseIterable {
  case upright = 1
  case mirrored, upsideDown, mirroredUpsideDown
  /// Rows and columns swapped.
  case transposed
  /// Upright after a quarter turn clockwise.
  case quarterTurn
  case transverse
  /// Upright after a quarter turn counter-clockwise.
  case threeQuarterTurn

  /// Whether upright width is stored height.
  public var swapsSides: Bool { rawValue >= 5 }
}

extension Image {
  /// The image turned upright. `[H, W]` -> `[H, W]`, or `[W, H]` where the orientation swaps sides.
  public func oriented(_ orientation: Orientation) -> Image {
    guard orientation != .upright else { return self }
    let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      pixels.withUnsafeBufferPointer { source in
        if let from = source.baseAddress, let to = target.baseAddress {
          ic_orient(from, to, width, height, Int32(channels), Int32(orientation.rawValue))
        }
      }
      count = pixels.count
    }
    let swap = orientation.swapsSides
    return Image(unchecked: turned, width: swap ? height : width, height: swap ? width : height, format: format)
  }
}
