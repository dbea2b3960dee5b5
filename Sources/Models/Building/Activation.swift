import NeuralNetwork
import TensorCore

/// An activation function chosen by data. `[...]` -> the same shape.
public enum Activation: String, Layer, Hashable, Codable, CaseIterable {
  case none, relu, relu6, silu, gelu, sigmoid, tanh, hardswish, hardsigmoid

  /// Applies it, element by element.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    switch self {
    case .none: x
    case .relu: try x.relu()
    case .relu6: try x.relu6()
    case .silu: try x.silu()
    case .gelu: try x.gelu()
    case .sigmoid: try x.sigmoid()
    case .tanh: try x.tanh()
    case .hardswish: try x.hardswish()
    case .hardsigmoid: try x.hardsigmoid()
    }
  }
}
