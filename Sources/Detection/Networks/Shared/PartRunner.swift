import TensorCore

/// Runs the parts of a detector, functions of tensors alone, between which plain code stands: as they are written, or compiled.
public protocol PartRunner: Sendable {
  /// The results of the part of this name, which is the same function whenever it is named. Throws what it throws.
  func callAsFunction(
    _ name: String, _ input: Tensor, _ part: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) throws(ShapeError) -> [Tensor]
}

/// Calls them.
struct PlainParts: PartRunner {
  func callAsFunction(
    _ name: String, _ input: Tensor, _ part: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) throws(ShapeError) -> [Tensor] {
    try part(input)
  }
}
