import Imaging
import Models
import NeuralNetwork
import TensorCore

/// FCOS: a one-stage detector without anchors over the cells of a feature pyramid, with torchvision's keys.
/// Tian et al. 2019, arXiv 1904.01355.
public struct FCOS: Sendable {
  private let backbone: PyramidBackbone, head: FCOSHead
  private let transform: DetectionTransform
  private let anchors = Self.anchors, coder = LinearBoxCoder()

  /// torchvision's `fcos_resnet50_fpn`, 32.3 million parameters at 91 classes; 0 is the background, which is scored like the others.
  /// `epsilon` is that of the backbone's normalisations, `side` the longer side of pictures that have their size already.
  public init(_ scope: ParameterScope, classes: Int = 91, epsilon: Double = 1e-5, side: Int? = nil) {
    transform = DetectionTransform(size: .pyramid(side))
    backbone = PyramidBackbone(
      scope["backbone"], .resNet50, firstStage: 1, norm: .batch(epsilon: epsilon), extra: .p6p7(inputs: 256))
    head = FCOSHead(scope["head"], classes: classes)
  }

  /// One square as wide as the stride at each cell, whose middle and side the distances are counted by.
  package static let anchors = AnchorGenerator(sizes: [[8], [16], [32], [64], [128]], aspectRatios: [1])

  private func heads(_ x: Tensor) throws(ShapeError) -> [PyramidHead.Output] {
    var levels: [PyramidHead.Output] = []
    for map in try backbone(x) { levels.append(try head(map)) }
    return levels
  }
}

extension FCOS {
  /// The heads' outputs on images `[N, 3, H, W]` in 0 to 1, as `rawOutputs` gives them.
  package func trainingOutputs(for images: Tensor) throws(ShapeError) -> [Tensor] {
    try rawOutputs(for: transform.normalized(images))
  }
}

extension FCOS: TorchvisionDetector {
  /// torchvision's.
  public var thresholds: DetectionThresholds { DetectionThresholds(score: 0.2, iou: 0.6, detections: 100) }
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
      decode: { distances, anchors throws(ShapeError) in try coder.decode(distances, anchors: anchors) })
    result.boxes = try input.inOriginal(boxes: result.boxes)
    return result
  }

  /// The heads' outputs on a normalised `[N, 3, H, W]`: logits `[N, A, classes]`, distances `[N, A, 4]` and centerness `[N, A, 1]`.
  public func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] {
    try PyramidHead.joined(heads(input))
  }
}
