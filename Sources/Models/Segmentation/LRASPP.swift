import NeuralNetwork
import TensorCore

/// Lite reduced atrous spatial pyramid pooling over MobileNetV3: deep features gated by their mean, joined with shallower
/// ones. `[N, 3, H, W]` -> `out` `[N, classes, H, W]`; keys are torchvision's. Howard et al. 2019, arXiv 1905.02244.
public struct LRASPP: Layer {
  private let backbone: SegmentationBackbone
  private let reduce: ConvNorm, scale: Conv2d, shallowScores: Conv2d, deepScores: Conv2d

  /// Builds the network; parameters stand under `backbone` and `classifier`.
  public init(_ scope: ParameterScope, classes: Int, backbone: (ParameterScope) -> SegmentationBackbone) {
    self.backbone = backbone(scope["backbone"])
    let head = scope["classifier"], width = 128
    reduce = ConvNorm(head["cbr"], "0", "1", in: self.backbone.deepChannels, out: width, kernel: 1, activation: .relu)
    scale = Conv2d(head["scale"][1], in: self.backbone.deepChannels, out: width, kernel: 1, bias: false)
    shallowScores = Conv2d(head["low_classifier"], in: self.backbone.shallowChannels, out: classes, kernel: 1)
    deepScores = Conv2d(head["high_classifier"], in: width, out: classes, kernel: 1)
  }

  /// Class scores of every pixel.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let features = try backbone(x)
    let gate = try scale(features.deep.globalAveragePool()).sigmoid()
    let deep = try (reduce(features.deep) * gate).enlarged(to: features.shallow)
    return try (shallowScores(features.shallow) + deepScores(deep)).enlarged(to: x)
  }
}

extension LRASPP: Network {
  /// `out`.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] { [NamedTensor("out", try self(input))] }
}
