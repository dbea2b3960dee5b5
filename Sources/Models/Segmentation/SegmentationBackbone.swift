import NeuralNetwork
import TensorCore

/// A dilated classifier without its head, as torchvision's segmentation models use it: features at two depths.
public struct SegmentationBackbone: Sendable {
  private enum Network: Sendable {
    case resNet(ResNet)
    case mobileNetV3(MobileNetV3, at: [Int])
  }

  private let network: Network
  /// Channels of the shallower features.
  public let shallowChannels: Int
  /// Channels of the deeper features.
  public let deepChannels: Int

  /// A ResNet of bottlenecks whose last two stages keep 1/8 of the resolution.
  public static func resNet(_ scope: ParameterScope, _ configuration: ResNet.Configuration) -> SegmentationBackbone {
    var configuration = configuration
    configuration.replaceStrideWithDilation = [false, true, true]
    return SegmentationBackbone(
      network: .resNet(ResNet(scope, configuration, hasHead: false)), shallowChannels: 1024, deepChannels: 2048)
  }

  /// MobileNetV3-Large whose last stage keeps 1/16 of the resolution.
  public static func mobileNetV3Large(_ scope: ParameterScope) -> SegmentationBackbone {
    let configuration = MobileNetV3.Configuration.large(dilated: true)
    // The fourth last and the last of the features that torchvision counts as stages.
    let indices = [4, 16]
    return SegmentationBackbone(
      network: .mobileNetV3(MobileNetV3(scope, configuration, hasHead: false), at: indices),
      shallowChannels: configuration.channels(at: indices[0]), deepChannels: configuration.channels(at: indices[1]))
  }

  /// Features of `[N, 3, H, W]`: of the third and the fourth stage of a ResNet, of stages at 1/8 and 1/16 of MobileNetV3.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> (shallow: Tensor, deep: Tensor) {
    switch network {
    case .resNet(let network):
      let stages = try network.stages(x)
      return (stages[2], stages[3])
    case .mobileNetV3(let network, let indices):
      let features = try network.features(x, at: indices)
      return (features[0], features[1])
    }
  }
}
