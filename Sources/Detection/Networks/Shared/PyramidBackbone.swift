import Models
import NeuralNetwork
import TensorCore

/// What a detector's heads read: from an image, features of one or more levels, finest first.
public protocol DetectionBackbone: Sendable {
  /// `[N, 3, H, W]` -> `[N, C, Hi, Wi]` for each level.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor]
}

/// A classifier's features with a pyramid on top, under the keys of torchvision's `BackboneWithFPN`: `body` and `fpn`.
public struct PyramidBackbone: DetectionBackbone {
  /// Channels of all levels.
  public static let channels = 256
  private let body: @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  private let pyramid: FeaturePyramidNetwork

  /// ResNet's stages from `firstStage` (0 to 3) on; `norm` is the body's, `pyramidNorm` the pyramid's if it has any.
  public init(
    _ scope: ParameterScope, _ configuration: ResNet.Configuration, firstStage: Int = 0, norm: Normalization,
    pyramidNorm: Normalization? = nil, extra: FeaturePyramidNetwork.ExtraLevels = .maxPool
  ) {
    var configuration = configuration
    configuration.norm = norm
    let network = ResNet(scope["body"], configuration, hasHead: false)
    body = { x throws(ShapeError) in Array(try network.stages(x).dropFirst(firstStage)) }
    pyramid = FeaturePyramidNetwork(
      scope["fpn"], in: Array(configuration.channels.dropFirst(firstStage)), out: Self.channels, norm: pyramidNorm,
      extra: extra)
  }

  /// MobileNetV3's last stage and its last convolution.
  public init(_ scope: ParameterScope, _ configuration: MobileNetV3.Configuration, norm: Normalization) {
    var configuration = configuration
    configuration.norm = norm
    let network = MobileNetV3(scope["body"], configuration, hasHead: false)
    let strided = (configuration.blocks.lastIndex { $0.stride > 1 } ?? 0) + 1
    let indices = [strided, configuration.blocks.count + 1]
    body = { x throws(ShapeError) in try network.features(x, at: indices) }
    pyramid = FeaturePyramidNetwork(
      scope["fpn"], in: indices.map { configuration.channels(at: $0) }, out: Self.channels, extra: .maxPool)
  }

  /// The levels of an image.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] { try pyramid(body(x)) }
}

/// VGG's convolutions up to the last, at a sixteenth of the image's size, under `features`. As Fast R-CNN reads them.
struct VGGBackbone: DetectionBackbone {
  static let channels = 512
  private let network: VGG
  private let last: Int

  init(_ scope: ParameterScope, _ configuration: VGG.Configuration) {
    network = VGG(scope, configuration, hasHead: false)
    // Each convolution and each pooling but the last, which is left out.
    last = 2 * configuration.depths.reduce(0, +) + configuration.depths.count - 2
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] { try network.features(x, at: [last]) }
}
