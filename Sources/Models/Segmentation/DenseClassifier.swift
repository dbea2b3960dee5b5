import NeuralNetwork
import TensorCore

/// A dilated backbone, a head that scores its deepest features, and the scores enlarged to the input's size: FCN and
/// DeepLabV3 as torchvision builds them, with its keys.
///
/// `[N, 3, H, W]` -> `out` and, where the head that only training uses is there, `aux`, both `[N, classes, H, W]`.
public struct DenseClassifier: Layer {
  private let backbone: SegmentationBackbone, head: any Layer, auxiliary: FCNHead?

  /// FCN: convolutions alone. Long et al. 2014, arXiv 1411.4038.
  public static func fcn(
    _ scope: ParameterScope, _ options: NetworkOptions, backbone: (ParameterScope) -> SegmentationBackbone
  ) -> DenseClassifier {
    DenseClassifier(scope, options, backbone) { FCNHead($0, in: $1, classes: options.classes) }
  }

  /// DeepLabV3: context at several rates. Chen et al. 2017, arXiv 1706.05587.
  public static func deepLabV3(
    _ scope: ParameterScope, _ options: NetworkOptions, backbone: (ParameterScope) -> SegmentationBackbone
  ) -> DenseClassifier {
    DenseClassifier(scope, options, backbone) { DeepLabHead($0, in: $1, classes: options.classes) }
  }

  private init(
    _ scope: ParameterScope, _ options: NetworkOptions, _ backbone: (ParameterScope) -> SegmentationBackbone,
    head: (ParameterScope, Int) -> any Layer
  ) {
    self.backbone = backbone(scope["backbone"])
    self.head = head(scope["classifier"], self.backbone.deepChannels)
    auxiliary =
      options.hasAuxiliaryHeads
      ? FCNHead(scope["aux_classifier"], in: self.backbone.shallowChannels, classes: options.classes) : nil
  }

  /// `out` alone.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(backbone(x).deep).enlarged(to: x) }
}

extension DenseClassifier: Network {
  /// `out`, and `aux` where its head is there.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    let features = try backbone(input)
    var outputs = [NamedTensor("out", try head(features.deep).enlarged(to: input))]
    if let auxiliary { outputs.append(NamedTensor("aux", try auxiliary(features.shallow).enlarged(to: input))) }
    return outputs
  }
}

extension Tensor {
  /// Interpolated bilinearly to the height and width of `other`.
  func enlarged(to other: Tensor) throws(ShapeError) -> Tensor {
    try interpolate(size: Array(other.shape[2...]), mode: .bilinear)
  }
}

/// A 3x3 convolution to a quarter of the channels, then class scores. `[N, C, H, W]` -> `[N, classes, H, W]`.
struct FCNHead: Layer {
  private let convolution: ConvNorm, dropout = Dropout(0.1), scores: Conv2d

  init(_ scope: ParameterScope, in c: Int, classes: Int) {
    convolution = ConvNorm(scope, "0", "1", in: c, out: c / 4, kernel: 3, activation: .relu)
    scores = Conv2d(scope[4], in: c / 4, out: classes, kernel: 1)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try scores(dropout(convolution(x))) }
}

/// Atrous spatial pyramid pooling (rates 12, 24 and 36, and the mean of the whole), a 3x3 convolution, class scores.
/// `[N, C, H, W]` -> `[N, classes, H, W]`.
struct DeepLabHead: Layer {
  private let branches: [ConvNorm], pooled: ConvNorm, project: ConvNorm, convolution: ConvNorm, scores: Conv2d
  private let dropout = Dropout(0.5)

  init(_ scope: ParameterScope, in c: Int, classes: Int) {
    let width = 256, pyramid = scope[0]["convs"]
    branches =
      [ConvNorm(pyramid[0], "0", "1", in: c, out: width, kernel: 1, activation: .relu)]
      + [12, 24, 36].enumerated().map { index, rate in
        ConvNorm(pyramid[index + 1], "0", "1", in: c, out: width, kernel: 3, dilation: rate, activation: .relu)
      }
    pooled = ConvNorm(pyramid[4], "1", "2", in: c, out: width, kernel: 1, activation: .relu)
    project = ConvNorm(scope[0]["project"], "0", "1", in: 5 * width, out: width, kernel: 1, activation: .relu)
    convolution = ConvNorm(scope, "1", "2", in: width, out: width, kernel: 3, activation: .relu)
    scores = Conv2d(scope[4], in: width, out: classes, kernel: 1)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    var values: [Tensor] = []
    for branch in branches { values.append(try branch(x)) }
    values.append(try pooled(x.globalAveragePool()).enlarged(to: x))
    return try scores(convolution(dropout(project(Tensor.concatenate(values, axis: 1)))))
  }
}
