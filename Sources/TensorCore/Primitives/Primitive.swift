/// One tensor operation: its name, its shape rule, the element types it takes, its kernel.
///
/// Everything that knows operations reads this one set: eager execution (`Tensor.apply`), gradients (`Tape`), capture into
/// graphs, and ONNX. A primitive is a small value that holds its attributes (strides, axes); its inputs come as tensors.
package protocol Primitive: Sendable {
  /// The name in error messages and graphs, such as `convolution`.
  static var name: String { get }
  /// The operator of the ONNX standard that means the same, such as `Conv`.
  static var onnxName: String { get }

  /// This value's own name, where a primitive is a family (`Unary`): what error messages say. `name` by default.
  var operation: String { get }
  /// The same for ONNX; nil where the standard has no such operator. `onnxName` by default.
  var onnxOperator: String? { get }

  /// The element types that input `index` may have.
  func dtypes(ofInput index: Int) -> DTypeSet
  /// Shapes and types of the outputs for these inputs, whose types have been checked; throws where they do not fit.
  func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec]
  /// Computes the outputs. Never fails: everything was checked by `outputs(for:)`. bfloat16 and float16 inputs arrive
  /// widened to float32 unless `takesHalfPrecision`, and float32 outputs are then rounded.
  func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView])
  /// The outputs as parts of an input's storage, where the elements already lie as the result has them; nil where they
  /// must be computed or moved.
  func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]?
  /// Products that it sums for inputs and outputs of these shapes; 0 for what only adds, compares or moves.
  func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int
  /// What `gradients` reads.
  var savedForGradient: SavedValues { get }
  /// The gradients of the inputs, made of primitives; nil for inputs that have none, or whose gradient nobody needs.
  func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?]
  /// Whether `evaluate` itself reads and writes bfloat16 and float16 (operations that only move elements do).
  var takesHalfPrecision: Bool { get }
}

extension Primitive {
  package var operation: String { Self.name }
  package var onnxOperator: String? { Self.onnxName }
  package func dtypes(ofInput index: Int) -> DTypeSet { .floating }
  package func sharedOutputs(of inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor]? { nil }
  package var takesHalfPrecision: Bool { false }
  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int { 0 }
  package var savedForGradient: SavedValues { .none }
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    throw ShapeError(.gradient, operation, "has no gradient")
  }
}
