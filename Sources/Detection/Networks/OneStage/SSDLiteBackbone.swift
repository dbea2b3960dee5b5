import Models
import NeuralNetwork
import TensorCore

/// The backbone of SSDLite: MobileNetV3 with a reduced tail, and four smaller maps behind it. `[N, 3, 320, 320]` -> six maps of
/// 20, 10, 5, 3, 2 and 1 cells a side. Howard et al. 2019, arXiv 1905.02244.
struct SSDLiteBackbone: DetectionBackbone {
  /// Channels of the six maps.
  static let channels = [672, 480, 512, 256, 256, 128]
  /// All of SSDLite normalises with this epsilon.
  private static let norm = Normalization.batch(epsilon: 0.001, momentum: 0.03)

  private let features: MobileNetV3, extra: [Sequential]

  init(_ scope: ParameterScope) {
    var configuration = MobileNetV3.Configuration.large(reducedTail: true)
    configuration.norm = Self.norm
    features = MobileNetV3(cut: scope["features"], configuration)
    extra = (0..<4).map { index in
      let scope = scope["extra"][index], c = Self.channels[index + 1], k = Self.channels[index + 2]
      return Sequential([
        Self.convolution(scope[0], in: c, out: k / 2, kernel: 1),
        Self.convolution(scope[1], in: k / 2, out: k / 2, kernel: 3, stride: 2, groups: k / 2),
        Self.convolution(scope[2], in: k / 2, out: k, kernel: 1),
      ])
    }
  }

  /// The six maps.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] {
    var maps = try features.cutFeatures(x)
    for stage in extra { maps.append(try stage(maps[maps.count - 1])) }
    return maps
  }

  /// A depthwise 3x3 convolution and a pointwise one: what predicts scores and corrections from a map.
  static func predictor(_ scope: ParameterScope, in c: Int, out k: Int) -> any Layer {
    Sequential([convolution(scope[0], in: c, out: c, kernel: 3, groups: c), Conv2d(scope[1], in: c, out: k, kernel: 1)])
  }

  private static func convolution(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, groups: Int = 1
  ) -> any Layer {
    ConvNorm(
      scope, "0", "1", in: c, out: k, kernel: kernel, stride: stride, groups: groups, norm: norm, activation: .relu6)
  }
}
