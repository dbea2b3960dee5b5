import TensorCore

/// A function without parameters as a layer: pooling, flattening, an activation between the layers of a `Sequential`.
public struct Function: Layer {
  private let body: @Sendable (Tensor) throws(ShapeError) -> Tensor

  /// The function.
  public init(_ body: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor) { self.body = body }

  /// Applies it.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try body(x) }
}
