import Models
import NeuralNetwork
import TensorCore

/// ResNet-50 with a feature pyramid over its last three stages and two coarser levels, as RetinaNet and FCOS have it.
/// `[N, 3, H, W]` -> five maps of 256 channels at strides 8 to 128. Parameters stand under `body` and `fpn`.
struct ResNetPyramid: Sendable {
  private let body: ResNet, pyramid: FeaturePyramidNetwork

  /// torchvision freezes the normalisations where it starts from trained weights; their values are the same either way, and so
  /// both kinds of file load.
  init(_ scope: ParameterScope, epsilon: Double, extra: FeaturePyramidNetwork.ExtraLevels) {
    var configuration = ResNet.Configuration.resNet50
    configuration.norm = .batch(epsilon: epsilon)
    body = ResNet(scope["body"], configuration, hasHead: false)
    pyramid = FeaturePyramidNetwork(
      scope["fpn"], in: Array(configuration.channels.dropFirst()), out: 256, extra: extra)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] {
    try pyramid(Array(body.stages(x).dropFirst()))
  }
}
