import NeuralNetwork
import TensorCore

/// An activation function chosen by data.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  case none, relu, silu

  /// Applies it, element by element.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    switch self {
    case .none: x
    case .relu: try x.relu()
    case .silu: try x.silu()
    }
  }
}
