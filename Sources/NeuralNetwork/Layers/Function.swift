import TensorCore

/// A function without parameters as a layer: pooling, flattening, an activation between the layers of a `Sequential`.
public struct Function: Layer {
  private let body: @Sendable (Tensor) throws(ShapeError) -> Tensor

  /// The function.
  public init(_ body: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor) { self.body = body }

  /// Applies it.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try body(x) }
}

/// Dropout: leaves its input as it is outside of training. Srivastava et al. 2014, JMLR 15.
public struct Dropout: Layer {
  /// Share of the elements that training sets to zero, 0 to 1.
  public let rate: Double

  /// Dropout of this rate.
  public init(_ rate: Double = 0.5) { self.rate = rate }

  /// The input itself.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { x }
}
