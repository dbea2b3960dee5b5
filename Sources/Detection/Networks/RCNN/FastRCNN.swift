import Imaging
import Models
import NeuralNetwork
import TensorCore

/// A detector that classifies regions proposed from outside: a backbone, pooling of the regions, heads for each.
/// Girshick 2015, arXiv 1504.08083.
public struct FastRCNN: Sendable {
  let transform: DetectionTransform
  let backbone: any DetectionBackbone
  let classifier: RegionClassifier

  /// Builds the network under torchvision's keys: `backbone` and `roi_heads`.
  public init(_ scope: ParameterScope, _ configuration: FasterRCNN.Configuration) {
    self.init(
      transform: configuration.transform, backbone: configuration.makeBackbone(scope["backbone"]),
      classifier: configuration.makeClassifier(scope["roi_heads"]))
  }

  init(transform: DetectionTransform, backbone: any DetectionBackbone, classifier: RegionClassifier) {
    self.transform = transform
    self.backbone = backbone
    self.classifier = classifier
  }

  /// The objects among `regions` `[P, 4]` of an image `[1, 3, H, W]` in 0 to 1; boxes in pixels of that image.
  public func detect(
    image: Tensor, regions: Tensor, _ thresholds: DetectionThresholds = DetectionThresholds()
  ) throws(ShapeError) -> ImageResult {
    let transformed = try transform(image)
    return try detect(
      transformed, backbone(transformed.tensor), proposals: transformed.inTensor(boxes: regions), thresholds,
      PlainParts())
  }

  /// The same from the features of the transformed image, with proposals in its pixels.
  func detect(
    _ image: TransformedImage, _ levels: [Tensor], proposals: Tensor, _ thresholds: DetectionThresholds,
    _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    var found = try classifier(levels, proposals: proposals, image: image.size, thresholds, parts)
    found.boxes = try image.inOriginal(boxes: found.boxes)
    found.keypoints = try found.keypoints.map { points throws(ShapeError) in try image.inOriginal(keypoints: points) }
    return found
  }
}

extension FasterRCNN.Configuration {
  func makeBackbone(_ scope: ParameterScope) -> any DetectionBackbone {
    switch backbone {
    case .resNet50(let pyramidNorm): PyramidBackbone(scope, .resNet50, norm: norm, pyramidNorm: pyramidNorm)
    case .mobileNetV3Large: PyramidBackbone(scope, .large(), norm: norm)
    case .vgg16: VGGBackbone(scope, .vgg16)
    }
  }

  func makeClassifier(_ scope: ParameterScope) -> RegionClassifier {
    let channels = backbone.channels, side = 7
    return RegionClassifier(
      pooler: backbone.pooler(side),
      boxHead: BoxHead(scope, boxHead, in: channels, side: side, classes: classes),
      finePooler: backbone.pooler(2 * side),
      maskHead: masks.map { MaskHead(scope, in: channels, norm: $0.norm, classes: classes) },
      keypointHead: keypoints.map { KeypointHead(scope, in: channels, keypoints: $0) })
  }
}

extension FasterRCNN.Configuration.Backbone {
  /// Channels of the levels.
  var channels: Int { self == .vgg16 ? VGGBackbone.channels : PyramidBackbone.channels }

  /// What cuts regions out of the levels; a pyramid's extra level is for proposals only.
  func pooler(_ side: Int) -> any RegionPooler {
    switch self {
    case .resNet50: MultiScaleRoIAlign(outputSize: [side, side], levelCount: 4)
    case .mobileNetV3Large: MultiScaleRoIAlign(outputSize: [side, side], levelCount: 2)
    case .vgg16: SingleScaleRoIPool(outputSize: [side, side], scale: 1 / 16)
    }
  }
}
