import TensorCore

/// A function of one tensor with parameters: an immutable value over shared parameters, registered when it is built.
public protocol Layer: Sendable {
  /// Applies the layer. Shape errors name its path.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor
}

/// Layers one after another.
public struct Sequential: Layer {
  private let layers: [any Layer]

  /// The layers, in the order they are applied.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Applies all of them.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    var value = x
    for layer in layers { value = try layer(value) }
    return value
  }
}
