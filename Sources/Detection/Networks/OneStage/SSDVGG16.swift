import Models
import NeuralNetwork
import TensorCore

/// The backbone of SSD300: VGG-16 with its last stage thinned out by dilation, and four smaller maps behind it.
/// `[N, 3, 300, 300]` -> six maps of 38, 19, 10, 5, 3 and 1 cells a side. Liu et al. 2015, arXiv 1512.02325.
struct SSDVGG16: DetectionBackbone {
  /// Channels of the six maps.
  static let channels = [512, 1024, 512, 256, 256, 256]

  private let scale: Parameter, features: Sequential, extra: [Sequential]

  init(_ scope: ParameterScope) {
    scale = scope.parameter("scale_weight", [512], .constant(20))
    var layers: [any Layer] = [], index = 0, inputs = 3
    // Up to the third convolution of the fourth stage; nil halves the map. The third pooling rounds up, as in the paper.
    for outputs in [64, 64, nil, 128, 128, nil, 256, 256, 256, nil, 512, 512, 512] {
      if let outputs {
        layers += Self.convolution(scope["features"][index], in: inputs, out: outputs, kernel: 3, padding: 1)
        inputs = outputs
        index += 2
      } else {
        layers.append(Self.halving(ceilMode: inputs == 256))
        index += 1
      }
    }
    features = Sequential(layers)
    let extra = scope["extra"]
    let fifth = [1, 3, 5].flatMap { Self.convolution(extra[0][$0], in: 512, out: 512, kernel: 3, padding: 1) }
    let fully = extra[0][7]
    self.extra = [
      Sequential(
        [Self.halving(ceilMode: false)] + fifth
          + [Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [1, 1], padding: [1, 1]) }]
          + Self.convolution(fully[1], in: 512, out: 1024, kernel: 3, padding: 6, dilation: 6)
          + Self.convolution(fully[3], in: 1024, out: 1024, kernel: 1)),
      Self.stage(extra[1], in: 1024, out: 512, stride: 2), Self.stage(extra[2], in: 512, out: 256, stride: 2),
      Self.stage(extra[3], in: 256, out: 256), Self.stage(extra[4], in: 256, out: 256),
    ]
  }

  /// The six maps.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] {
    var map = try features(x)
    // The fourth stage's values are far larger than the later ones': brought to one length, then scaled by learned factors.
    var maps = [try map.l2Normalize(axis: 1) * scale.value().reshape([1, 512, 1, 1])]
    for stage in extra {
      map = try stage(map)
      maps.append(map)
    }
    return maps
  }

  private static func convolution(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1
  ) -> [any Layer] {
    [
      Conv2d(scope, in: c, out: k, kernel: kernel, stride: stride, padding: padding, dilation: dilation),
      Activation.relu,
    ]
  }

  private static func halving(ceilMode: Bool) -> any Layer {
    Function { x throws(ShapeError) in try x.maxPool(kernel: [2, 2], ceilMode: ceilMode) }
  }

  /// A convolution to half the channels and one to all of them, which halves the map or cuts its border off.
  private static func stage(_ scope: ParameterScope, in c: Int, out k: Int, stride: Int = 1) -> Sequential {
    Sequential(
      convolution(scope[0], in: c, out: k / 2, kernel: 1)
        + convolution(scope[2], in: k / 2, out: k, kernel: 3, stride: stride, padding: stride - 1))
  }
}
