import Imaging
import Models
import NeuralNetwork
import TensorCore

/// SSD: a one-stage detector over default boxes on maps of falling size, with torchvision's keys. Liu et al. 2015, arXiv 1512.02325.
/// Its light form SSDLite has MobileNetV3 and depthwise convolutions. Howard et al. 2019, arXiv 1905.02244.
public struct SSD: Sendable {
  /// What tells the variants apart.
  public struct Configuration: Sendable, Hashable {
    /// Whether it is SSDLite.
    public var isLite: Bool
    /// The side of the square that pictures are stretched to.
    public var side: Int
    /// Subtracted from each channel in 0 to 1.
    public var mean: [Float]
    /// Each channel is divided by it.
    public var standardDeviation: [Float]
    /// The default boxes.
    public var boxes: DefaultBoxGenerator
    /// torchvision's thresholds.
    public var thresholds: DetectionThresholds
    /// Most boxes of a class that suppression sees.
    public var candidates: Int
    /// Cells a side of the maps.
    package var maps: [Int] { isLite ? [20, 10, 5, 3, 2, 1] : [38, 19, 10, 5, 3, 1] }
    /// Number of classes with the background.
    public var classes = 91

    /// torchvision's `ssd300_vgg16`, 35.6 million parameters.
    public static let vgg16 = Configuration(
      isLite: false, side: 300, mean: [0.48235, 0.45882, 0.40784],
      standardDeviation: Array(repeating: 1 / 255, count: 3),
      boxes: DefaultBoxGenerator(
        aspectRatios: [[2], [2, 3], [2, 3], [2, 3], [2], [2]], scales: [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05],
        steps: [8, 16, 32, 64, 100, 300]),
      thresholds: DetectionThresholds(score: 0.01, iou: 0.45, detections: 200), candidates: 400)

    private static let largestScale = 0.95

    /// torchvision's `ssdlite320_mobilenet_v3_large`, 3.4 million parameters.
    public static let lite = Configuration(
      isLite: true, side: 320, mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5],
      boxes: DefaultBoxGenerator(
        aspectRatios: Array(repeating: [2, 3], count: 6), minimumScale: 0.2, maximumScale: largestScale),
      thresholds: DetectionThresholds(score: 0.001, iou: 0.55, detections: 300), candidates: 300)

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      if isLite, let smallest = options.minRatio {
        result.boxes = DefaultBoxGenerator(
          aspectRatios: boxes.aspectRatios, minimumScale: smallest, maximumScale: Self.largestScale)
      }
      return result
    }
  }

  package let configuration: Configuration
  private let transform: DetectionTransform
  private let backbone: any DetectionBackbone, head: SSDHead

  /// The network; its parameters stand under `backbone` and `head`.
  public init(_ scope: ParameterScope, _ configuration: Configuration = .vgg16) {
    self.configuration = configuration
    let size = ImageSize(width: configuration.side, height: configuration.side)
    transform = DetectionTransform(
      size: .fixed(size), mean: configuration.mean, standardDeviation: configuration.standardDeviation, multipleOf: 1)
    backbone = configuration.isLite ? SSDLiteBackbone(scope["backbone"]) : SSDVGG16(scope["backbone"])
    head = SSDHead(
      scope["head"], channels: configuration.isLite ? SSDLiteBackbone.channels : SSDVGG16.channels,
      boxesPerCell: configuration.boxes.boxesPerCell,
      classes: configuration.classes
    ) {
      configuration.isLite
        ? SSDLiteBackbone.predictor($0, in: $1, out: $2) : Conv2d($0, in: $1, out: $2, kernel: 3, padding: 1)
    }
  }
}

extension SSD {
  /// Logits `[N, A, classes]` and corrections `[N, A, 4]` of images `[N, 3, S, S]` in 0 to 1.
  package func heads(for images: Tensor) throws(ShapeError) -> (logits: Tensor, corrections: Tensor) {
    try head(backbone(transform.normalized(images)))
  }

  /// The default boxes `[A, 4]` of its input, in pixels.
  package func defaultBoxes() throws(ShapeError) -> Tensor {
    let side = configuration.side
    return try configuration.boxes.boxes(maps: configuration.maps.map { [$0, $0] }, imageSize: [side, side])
  }
}

extension SSD: TorchvisionDetector {
  /// torchvision's.
  public var thresholds: DetectionThresholds { configuration.thresholds }
  /// Scores come first.
  public var listsLabelsFirst: Bool { false }

  /// The objects in an image `[1, 3, H, W]` in 0 to 1.
  public func detect(
    image: Tensor, _ thresholds: DetectionThresholds, _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    let input = try transform(image)
    let found = try parts("heads", input.tensor) { [backbone, head] x throws(ShapeError) in
      let (logits, corrections) = try head(backbone(x))
      return [logits, corrections]
    }
    var result = try SSDPostprocessing(candidates: configuration.candidates)(
      logits: found[0], corrections: found[1], boxes: defaultBoxes(), size: input.size, thresholds: thresholds)
    result.boxes = try input.inOriginal(boxes: result.boxes)
    return result
  }

  /// The heads' outputs on a normalised `[N, 3, S, S]`, side by side: four corrections and a logit for every class, `[N, A, 4 + classes]`.
  public func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] {
    let (logits, corrections) = try head(backbone(input))
    return [try Tensor.concatenate([corrections, logits], axis: 2)]
  }
}
