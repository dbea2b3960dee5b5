import NeuralNetwork
import TensorCore

/// Linear layers with ReLU between them. `[N, C, H, W]` -> `[N, classes]`, where `C * H * W` is the first width.
/// Rumelhart et al. 1986, Nature 323.
public struct MultilayerPerceptron: Layer {
  private let channels: Int, side: Int, hidden: [Linear], head: Linear

  /// A network for square images, with these widths behind the pixels. A hidden layer and its ReLU are a pair under
  /// the layer's number, as in nested sequences: `0.0.weight`; the last layer stands alone: `3.weight`.
  public init(_ scope: ParameterScope, channels: Int, side: Int, hidden widths: [Int], classes: Int) {
    self.channels = channels
    self.side = side
    let inputs = [channels * side * side] + widths
    hidden = widths.indices.map { Linear(scope[$0][0], in: inputs[$0], out: widths[$0]) }
    head = Linear(scope[widths.count], in: inputs[widths.count], out: classes)
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }
}

extension MultilayerPerceptron: FeatureNetwork {
  /// What the last linear layer reads. `[N, C, H, W]` -> `[N, F]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    guard input.rank == 4, Array(input.shape.dropFirst()) == [channels, side, side] else {
      throw ShapeError(.shape, "mlp", "the input is \(input.shape); expected [N, \(channels), \(side), \(side)]")
    }
    var x = try input.flatten(from: 1)
    for layer in hidden { x = try layer(x).relu() }
    return x
  }
}
