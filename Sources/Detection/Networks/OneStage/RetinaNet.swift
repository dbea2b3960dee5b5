import Imaging
import Models
import NeuralNetwork
import TensorCore

/// RetinaNet: a one-stage detector over nine anchors a cell of a feature pyramid, with torchvision's keys.
/// Lin et al. 2017, arXiv 1708.02002.
public struct RetinaNet: Sendable {
  /// What tells the variants apart.
  public struct Configuration: Sendable, Hashable {
    /// Whether the towers of the head are group-normalised and the pyramid grows from the backbone's last features, as in
    /// torchvision's second version. Zhang et al. 2019, arXiv 1912.02424.
    public var isImproved: Bool
    /// Number of classes; 0 is the background, which is scored like the others.
    public var classes = 91
    /// The epsilon of the backbone's normalisations.
    public var epsilon = 1e-5
    /// The longer side of pictures that have their size already; nil: they are resized.
    public var side: Int?

    /// torchvision's `retinanet_resnet50_fpn`, 34.0 million parameters.
    public static let resNet50 = Configuration(isImproved: false)
    /// torchvision's `retinanet_resnet50_fpn_v2`, 38.2 million parameters.
    public static let resNet50v2 = Configuration(isImproved: true)

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      result.epsilon = options.normEpsilon ?? epsilon
      result.side = options.imageSize
      return result
    }
  }

  /// Whether it is torchvision's second version, whose norms are trained.
  package let isImproved: Bool
  private let backbone: PyramidBackbone, head: RetinaNetHead
  private let transform: DetectionTransform
  private let anchors = Self.anchors, coder = BoxCoder()

  /// The network; its parameters stand under `backbone` and `head`.
  public init(_ scope: ParameterScope, _ configuration: Configuration = .resNet50) {
    isImproved = configuration.isImproved
    transform = DetectionTransform(size: .pyramid(configuration.side))
    // torchvision freezes the normalisations where it starts from trained weights: the same values, and either kind of file loads.
    backbone = PyramidBackbone(
      scope["backbone"], .resNet50, firstStage: 1, norm: .batch(epsilon: configuration.epsilon),
      extra: .p6p7(inputs: configuration.isImproved ? 2048 : 256))
    head = RetinaNetHead(
      scope["head"], anchorsPerCell: Self.anchors.countsPerCell[0], classes: configuration.classes,
      groupNorm: configuration.isImproved)
  }

  /// Three sizes, a third of an octave apart, and three proportions at strides 8 to 128.
  package static let anchors = AnchorGenerator(
    sizes: [[32, 40, 50], [64, 80, 101], [128, 161, 203], [256, 322, 406], [512, 645, 812]])

  private func heads(_ x: Tensor) throws(ShapeError) -> [PyramidHead.Output] {
    var levels: [PyramidHead.Output] = []
    for map in try backbone(x) { levels.append(try head(map)) }
    return levels
  }
}

extension RetinaNet {
  /// The heads' outputs on images `[N, 3, H, W]` in 0 to 1, as `rawOutputs` gives them.
  package func trainingOutputs(for images: Tensor) throws(ShapeError) -> [Tensor] {
    try rawOutputs(for: transform.normalized(images))
  }
}

extension RetinaNet: TorchvisionDetector {
  /// torchvision's.
  public var thresholds: DetectionThresholds { DetectionThresholds(score: 0.05, iou: 0.5, detections: 300) }
  /// Scores come first.
  public var listsLabelsFirst: Bool { false }

  /// The objects in an image `[1, 3, H, W]` in 0 to 1.
  public func detect(
    image: Tensor, _ thresholds: DetectionThresholds, _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    let input = try transform(image)
    let found = try parts("heads", input.tensor) { [self] x throws(ShapeError) in
      try heads(x).flatMap(\.tensors)
    }
    let size = ImageSize(width: input.tensor.shape[3], height: input.tensor.shape[2])
    let anchors = try anchors(grids: PyramidGrids.sizes(of: size, count: 5, from: 3), input: size)
    var result = try PyramidPostprocessing()(
      PyramidHead.Output.levels(found), anchors: anchors, size: input.size, thresholds: thresholds,
      decode: { corrections, anchors throws(ShapeError) in try coder.decode(corrections, anchors: anchors) })
    result.boxes = try input.inOriginal(boxes: result.boxes)
    return result
  }

  /// The heads' outputs on a normalised `[N, 3, H, W]`: logits `[N, A, classes]` and corrections `[N, A, 4]`.
  public func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] {
    try PyramidHead.joined(heads(input))
  }
}
