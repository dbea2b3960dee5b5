import Imaging
import Models
import NeuralNetwork
import TensorCore

/// Faster R-CNN, with mask and keypoint heads where the variant has them: a network that proposes regions and the one that
/// classifies them share a backbone. Keys and results are torchvision's. Ren et al. 2015, arXiv 1506.01497; He et al. 2017,
/// arXiv 1703.06870; Li et al. 2021, arXiv 2111.11429.
///
/// Backbone, proposal head, box head, mask head and keypoint head are functions of tensors alone; choosing anchors,
/// assigning regions to levels and suppression stand between them.
public struct FasterRCNN: TorchvisionDetector {
  /// What the variants differ in.
  public struct Configuration: Sendable, Hashable {
    /// Where the features come from.
    enum Backbone: Sendable, Hashable {
      /// The four stages of ResNet-50 with a pyramid, which may be normalised.
      case resNet50(pyramidNorm: Normalization?)
      /// The last two of MobileNetV3's with a pyramid.
      case mobileNetV3Large
      /// VGG-16's last convolution.
      case vgg16
    }

    /// A mask head, with the normalisation of its convolutions.
    struct Masks: Sendable, Hashable {
      var norm: Normalization?
    }

    var backbone: Backbone
    /// The body's normalisation.
    var norm: Normalization = .batch
    var anchors: AnchorGenerator
    /// Convolutions of the proposal head.
    var proposalDepth = 1
    var proposals = ProposalSettings()
    var boxHead: BoxHead.Body
    var masks: Masks?
    /// Keypoints of an object, where there is a keypoint head.
    var keypoints: Int?
    /// Number of classes, the background among them.
    public var classes = 91
    /// What is done to an image first.
    public var transform = DetectionTransform(size: .bounded(shortest: 800, longest: 1333))

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      if let side = options.imageSize { result.transform.size = .pyramid(side) }
      if let epsilon = options.normEpsilon { result.norm = .batch(epsilon: epsilon) }
      return result
    }
  }

  /// The backbone and the second stage; takes regions from outside too.
  public let regions: FastRCNN
  let head: RegionProposalHead, selection: ProposalSelection
  private let backbone: Configuration.Backbone

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    let backbone = configuration.makeBackbone(scope["backbone"])
    head = RegionProposalHead(
      scope["rpn"]["head"], in: configuration.backbone.channels,
      anchors: configuration.anchors.countsPerCell.first ?? 0, depth: configuration.proposalDepth)
    regions = FastRCNN(
      transform: configuration.transform, backbone: backbone,
      classifier: configuration.makeClassifier(scope["roi_heads"]))
    self.backbone = configuration.backbone
    selection = ProposalSelection(anchors: configuration.anchors, settings: configuration.proposals)
  }

  /// Whether it finds masks.
  public var findsMasks: Bool { regions.classifier.maskHead != nil }
  /// Scores above 0.05, overlaps up to 0.5, 100 detections.
  public var thresholds: DetectionThresholds { DetectionThresholds() }

  /// The objects in an image `[1, 3, H, W]` in 0 to 1.
  public func detect(
    image: Tensor, _ thresholds: DetectionThresholds, _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    let transformed = try regions.transform(image)
    let found = try parts("proposals", transformed.tensor) { [self] x throws(ShapeError) in
      let levels = try regions.backbone(x), (scores, codes) = try head(levels)
      return levels + scores + codes
    }
    let count = found.count / 3
    let input = ImageSize(width: transformed.tensor.shape[3], height: transformed.tensor.shape[2])
    let proposals = try selection(
      scores: Array(found[count..<2 * count]), codes: Array(found[(2 * count)...]), input: input,
      image: transformed.size)
    return try regions.detect(transformed, Array(found[..<count]), proposals: proposals, thresholds, parts)
  }

  /// The sizes of the levels of an input of this size.
  func grids(of size: ImageSize) -> [ImageSize] {
    switch backbone {
    case .resNet50: PyramidGrids.sizes(of: size, count: 5, from: 2)
    case .mobileNetV3Large:
      // Two stages of one size, and every other pixel of it.
      PyramidGrids.sizes(of: size, count: 1, from: 5) + PyramidGrids.sizes(of: size, count: 2, from: 5)
    case .vgg16: [ImageSize(width: size.width / 16, height: size.height / 16)]
    }
  }

  /// Paths of what torchvision does not train.
  func frozen(in parameters: ParameterStore) -> [String] {
    switch backbone {
    case .resNet50(let norm): return FrozenLayers.pyramid(parameters, trainsNorms: norm != nil)
    case .mobileNetV3Large:
      // Stages begin where the map is halved; the last three are trained.
      let body = "backbone.body."
      return (0..<7).map { body + "\($0)" } + FrozenLayers.norms(below: body, parameters)
    case .vgg16: return [0, 2, 5, 7].map { "backbone.features.\($0)" }
    }
  }

  /// Backbone, proposal head and, on as many regions as there are proposals at most, the other heads, of a transformed image
  /// `[1, 3, H, W]`.
  public func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] {
    let levels = try regions.backbone(input), (scores, codes) = try head(levels)
    let size = ImageSize(width: input.shape[3], height: input.shape[2])
    let boxes = try Self.spread(selection.settings.total, over: size)
    let classifier = regions.classifier, found = thresholds.detections
    let classified = try classifier.boxHead(classifier.pooler(levels, regions: boxes, image: size))
    var outputs = scores + codes + [classified.scores, classified.codes]
    let fine = try boxes.narrow(axis: 0, start: 0, length: min(found, boxes.shape[0]))
    if let head = classifier.maskHead {
      outputs.append(try head(classifier.finePooler(levels, regions: fine, image: size)))
    }
    if let head = classifier.keypointHead {
      outputs.append(try head(classifier.finePooler(levels, regions: fine, image: size)))
    }
    return outputs
  }

  /// `count` boxes of many sizes and places.
  private static func spread(_ count: Int, over size: ImageSize) throws(ShapeError) -> Tensor {
    try .filled([count, 4], "regions") { corners in
      for index in 0..<count {
        let width = Float(size.width) * Float(index % 10 + 1) / 20
        let height = Float(size.height) * Float(index / 10 % 10 + 1) / 20
        let x = (Float(size.width) - width) * Float(index % 7) / 6
        let y = (Float(size.height) - height) * Float(index % 11) / 10
        corners[4 * index] = x
        corners[4 * index + 1] = y
        corners[4 * index + 2] = x + width
        corners[4 * index + 3] = y + height
      }
    }
  }
}

extension FasterRCNN.Configuration {
  private static let pyramidAnchors = AnchorGenerator(sizes: [[32], [64], [128], [256], [512]])

  /// ResNet-50 and a pyramid.
  public static let resNet50 = Self(
    backbone: .resNet50(pyramidNorm: nil), anchors: pyramidAnchors, boxHead: .linear(1024))

  /// ResNet-50 and a pyramid with batch normalisation everywhere, deeper heads.
  public static let resNet50V2 = Self(
    backbone: .resNet50(pyramidNorm: .batch), anchors: pyramidAnchors, proposalDepth: 2,
    boxHead: .convolutional(1024))

  /// MobileNetV3-Large and a pyramid.
  public static let mobileNetV3Large: Self = {
    var result = Self(
      backbone: .mobileNetV3Large,
      anchors: AnchorGenerator(sizes: Array(repeating: [32, 64, 128, 256, 512], count: 3)), boxHead: .linear(1024))
    result.proposals.score = 0.05
    return result
  }()

  /// MobileNetV3-Large and a pyramid on small images.
  public static let mobileNetV3Large320: Self = {
    var result = mobileNetV3Large
    result.transform.size = .bounded(shortest: 320, longest: 640)
    result.proposals.perLevel = 150
    result.proposals.total = 150
    return result
  }()

  /// The paper's own: VGG-16, RoI pooling, three sizes of anchors.
  public static let vgg16: Self = {
    var result = Self(
      backbone: .vgg16, anchors: AnchorGenerator(sizes: [[128, 256, 512]]), boxHead: .linear(4096))
    result.transform.size = .bounded(shortest: 600, longest: 1000)
    result.proposals.perLevel = 6000
    result.proposals.total = 300
    result.proposals.trainingPerLevel = 12000
    result.classes = 21
    return result
  }()

  /// Mask R-CNN over ResNet-50.
  public static let maskResNet50: Self = {
    var result = resNet50
    result.masks = Masks(norm: nil)
    return result
  }()

  /// Mask R-CNN over ResNet-50 with batch normalisation everywhere.
  public static let maskResNet50V2: Self = {
    var result = resNet50V2
    result.masks = Masks(norm: .batch)
    return result
  }()

  /// Keypoint R-CNN over ResNet-50: persons.
  public static let keypointResNet50: Self = {
    var result = resNet50
    result.keypoints = 17
    result.classes = 2
    return result
  }()
}
