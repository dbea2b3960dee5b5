import NeuralNetwork
import TensorCore

/// Layers beside each other, which all read the same input; their results are joined along the channels.
/// `[N, C, H, W]` -> `[N, K1 + K2 + ..., H', W']`.
package struct Concatenation: Layer {
  private let branches: [any Layer]

  /// The layers, in the order of their channels.
  package init(_ branches: [any Layer]) { self.branches = branches }

  /// Applies all of them to the input.
  package func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    var results: [Tensor] = []
    for branch in branches { results.append(try branch(x)) }
    return try .concatenate(results, axis: 1)
  }
}
