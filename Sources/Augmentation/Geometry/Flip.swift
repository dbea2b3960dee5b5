import CKernels
import Imaging

/// Mirrored left to right. As torchvision's `horizontal_flip`.
public struct HorizontalFlip: GeometricTransform, FixedAugmentation, Hashable {
  /// Mirrored left to right.
  public init() {}

  /// The mirrored image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    let isa = AugmentationKernels.isa
    return try image.remade { source, target in
      for y in 0..<image.height {
        vk_mirror(isa, source + y * image.stride, target + y * image.stride, image.width, image.channels)
      }
    }
  }

  /// The mirrored box.
  public func moved(_ box: Box, in size: ImageSize) -> Box { box.mirrored(width: Float(size.width)) }

  /// The mirrored point: the middle of the first pixel becomes that of the last. Left and right joints keep their
  /// names.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    SampleKeypoint(x: Float(size.width - 1) - point.x, y: point.y, visibility: point.visibility)
  }
}

/// Mirrored top to bottom. As torchvision's `vertical_flip`.
public struct VerticalFlip: GeometricTransform, FixedAugmentation, Hashable {
  /// Mirrored top to bottom.
  public init() {}

  /// The mirrored image.
  public func moved(_ image: Image, as layer: ImageLayer) throws(AugmentationError) -> Image {
    try image.remade { source, target in
      for y in 0..<image.height {
        (target + y * image.stride).update(from: source + (image.height - 1 - y) * image.stride, count: image.stride)
      }
    }
  }

  /// The mirrored box.
  public func moved(_ box: Box, in size: ImageSize) -> Box {
    Box(x1: box.x1, y1: Float(size.height) - box.y2, x2: box.x2, y2: Float(size.height) - box.y1)
  }

  /// The mirrored point.
  public func moved(_ point: SampleKeypoint, in size: ImageSize) -> SampleKeypoint {
    SampleKeypoint(x: point.x, y: Float(size.height - 1) - point.y, visibility: point.visibility)
  }
}
