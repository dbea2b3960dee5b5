/// Plain code over the values of tensors as an operation, for what the others do not express, such as which object a prediction is
/// for. It has no gradient; recorded and compiled it runs where it stands, as the others do.
package struct HostFunction: Primitive {
  package static let name = "hostFunction"
  package static let onnxName = "HostFunction"
  package let operation: String
  package var onnxOperator: String? { nil }
  private let shapes: @Sendable ([TensorSpec]) throws(ShapeError) -> [TensorSpec]
  private let body: @Sendable ([TensorView], [MutableTensorView]) -> Void

  /// `shapes` gives the outputs' shapes and types by the inputs', `body` fills them in; all elements must be written.
  package init(
    _ operation: String, shapes: @escaping @Sendable ([TensorSpec]) throws(ShapeError) -> [TensorSpec],
    _ body: @escaping @Sendable ([TensorView], [MutableTensorView]) -> Void
  ) {
    self.operation = operation
    self.shapes = shapes
    self.body = body
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { .any }
  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] { try shapes(inputs) }
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) { body(inputs, outputs) }

  /// The outputs for `inputs`; no gradient flows through.
  package func callAsFunction(_ inputs: [Tensor]) throws(ShapeError) -> [Tensor] {
    try Tensor.apply(self, inputs.map { $0.detached() })
  }
}
