import Imaging
import TensorCore

/// What torchvision's detectors do to an image before their backbone, as its `GeneralizedRCNNTransform`: normalised by mean
/// and deviation, resized, padded with zeros on the right and below.
public struct DetectionTransform: Sendable, Hashable {
  /// The size an image is resized to.
  public enum Size: Sendable, Hashable {
    /// In its proportions: the shorter side gets this length unless the longer one would exceed its bound.
    case bounded(shortest: Int, longest: Int)
    /// This size, whatever the proportions.
    case fixed(ImageSize)

    /// torchvision's for networks with a pyramid; with a side none: pictures whose longer side it is stay as they are.
    static func pyramid(_ side: Int?) -> Size {
      .bounded(shortest: side ?? 800, longest: side ?? 1333)
    }
  }

  /// The size an image is resized to.
  public var size: Size
  /// Subtracted from each channel.
  public var mean: [Float]
  /// Each channel is divided by it.
  public var standardDeviation: [Float]
  /// Both sides are padded to a multiple of this.
  public var multipleOf: Int

  /// A transform; by default ImageNet's mean and deviation, and sides that are multiples of 32.
  public init(
    size: Size, mean: [Float] = [0.485, 0.456, 0.406], standardDeviation: [Float] = [0.229, 0.224, 0.225],
    multipleOf: Int = 32
  ) {
    self.size = size
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.multipleOf = max(multipleOf, 1)
  }

  /// Transforms one image `[1, 3, H, W]` in 0 to 1.
  public func callAsFunction(_ image: Tensor) throws(ShapeError) -> TransformedImage {
    guard image.rank == 4, image.shape[0] == 1 else {
      throw ShapeError(
        .shape, "detection", "takes one image [1, \(mean.count), H, W] in 0 to 1", shapes: image.shape)
    }
    let normalized = try normalized(image)
    let resized =
      switch size {
      case .fixed(let size):
        try normalized.interpolate(size: [size.height, size.width], mode: .bilinear)
      case .bounded(let shortest, let longest):
        try Self.resize(normalized, shortest, longest)
      }
    let height = resized.shape[2], width = resized.shape[3]
    let below = (multipleOf - height % multipleOf) % multipleOf, right = (multipleOf - width % multipleOf) % multipleOf
    return TransformedImage(
      tensor: below + right > 0 ? try resized.pad([(0, below), (0, right)]) : resized,
      size: ImageSize(width: width, height: height),
      original: ImageSize(width: image.shape[3], height: image.shape[2]))
  }

  /// Images `[N, C, H, W]` in 0 to 1 by mean and deviation alone, as training feeds them.
  package func normalized(_ images: Tensor) throws(ShapeError) -> Tensor {
    let channels = mean.count
    guard images.rank == 4, images.shape[1] == channels, standardDeviation.count == channels else {
      throw ShapeError(
        .shape, "detection", "takes images [N, \(channels), H, W] in 0 to 1", shapes: images.shape)
    }
    guard images.shape[2] > 0, images.shape[3] > 0 else {
      throw ShapeError(.shape, "detection", "the image has no pixels", shapes: images.shape)
    }
    let shape = [1, channels, 1, 1]
    return try (images - Tensor(mean, shape: shape)) / Tensor(standardDeviation, shape: shape)
  }

  /// Sides are scaled in double precision and rounded down, and then the sizes' quotients map the pixels.
  private static func resize(_ image: Tensor, _ shortest: Int, _ longest: Int) throws(ShapeError) -> Tensor {
    let sides = [image.shape[2], image.shape[3]].map(Double.init)
    let factor = min(Double(shortest) / min(sides[0], sides[1]), Double(longest) / max(sides[0], sides[1]))
    return try image.interpolate(scale: [factor, factor], mode: .bilinear, recomputeScale: true)
  }
}

/// An image as a detector's backbone gets it, and how its places lie in the original.
public struct TransformedImage: Sendable {
  /// `[1, C, H, W]`, padded.
  public let tensor: Tensor
  /// The image's size in the tensor, without the padding.
  public let size: ImageSize
  /// The image's size before.
  public let original: ImageSize

  /// A transformed image.
  public init(tensor: Tensor, size: ImageSize, original: ImageSize) {
    self.tensor = tensor
    self.size = size
    self.original = original
  }

  /// Boxes `[N, 4]` of the tensor in pixels of the original.
  public func inOriginal(boxes: Tensor) throws(ShapeError) -> Tensor {
    let (x, y) = Self.ratios(from: size, to: original)
    return try boxes * Tensor([x, y, x, y], shape: [1, 4])
  }

  /// Boxes `[N, 4]` of the original in pixels of the tensor.
  public func inTensor(boxes: Tensor) throws(ShapeError) -> Tensor {
    let (x, y) = Self.ratios(from: original, to: size)
    return try boxes * Tensor([x, y, x, y], shape: [1, 4])
  }

  /// Keypoints `[N, K, 3]` (x, y, visibility) of the tensor in pixels of the original.
  public func inOriginal(keypoints: Tensor) throws(ShapeError) -> Tensor {
    let (x, y) = Self.ratios(from: size, to: original)
    return try keypoints * Tensor([x, y, 1], shape: [1, 1, 3])
  }

  /// Keypoints `[N, K, 3]` (x, y, visibility) of the original in pixels of the tensor.
  public func inTensor(keypoints: Tensor) throws(ShapeError) -> Tensor {
    let (x, y) = Self.ratios(from: original, to: size)
    return try keypoints * Tensor([x, y, 1], shape: [1, 1, 3])
  }

  private static func ratios(from: ImageSize, to: ImageSize) -> (x: Float, y: Float) {
    (Float(to.width) / Float(from.width), Float(to.height) / Float(from.height))
  }
}
