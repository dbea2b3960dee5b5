import NeuralNetwork
import TensorCore

/// Five convolutions and three linear layers, in the one-column form. `[N, 3, H, W]` -> `[N, classes]`, sides of at least
/// 63. Krizhevsky et al. 2012, NIPS; the widths are those of Krizhevsky 2014, arXiv 1404.5997.
public struct AlexNet: Layer {
  private let map: Sequential, hidden: [Linear], dropout = Dropout(0.5), head: Linear

  /// The network for a number of classes.
  public init(_ scope: ParameterScope, classes: Int = 1000) {
    let features = scope["features"], classifier = scope["classifier"]
    let pool = Function { x throws(ShapeError) in try x.maxPool(kernel: [3, 3], stride: [2, 2]) }
    map = Sequential([
      Conv2d(features["0"], in: 3, out: 64, kernel: 11, stride: 4, padding: 2), Activation.relu, pool,
      Conv2d(features["3"], in: 64, out: 192, kernel: 5, padding: 2), Activation.relu, pool,
      Conv2d(features["6"], in: 192, out: 384, kernel: 3, padding: 1), Activation.relu,
      Conv2d(features["8"], in: 384, out: 256, kernel: 3, padding: 1), Activation.relu,
      Conv2d(features["10"], in: 256, out: 256, kernel: 3, padding: 1), Activation.relu, pool,
    ])
    hidden = [
      Linear(classifier["1"], in: 256 * 6 * 6, out: 4096), Linear(classifier["4"], in: 4096, out: 4096),
    ]
    head = Linear(classifier["6"], in: 4096, out: classes)
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }
}

extension AlexNet: FeatureNetwork {
  /// What the last linear layer reads. `[N, 3, H, W]` -> `[N, 4096]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 63, "alexnet")
    var x = try map(input).asLastMap().adaptiveAveragePool([6, 6]).flatten(from: 1)
    for layer in hidden { x = try layer(dropout(x)).relu() }
    return x
  }
}
