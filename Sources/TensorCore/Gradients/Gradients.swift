/// What a tape's gradients came to, by tensor and by parameter.
package struct Gradients: Sendable {
  private let tape: UInt32
  private let values: [Tensor?]
  /// By path; only of parameters that the output depends on.
  package let parameters: [String: Tensor]

  init(tape: UInt32, values: [Tensor?], parameters: [String: Tensor]) {
    self.tape = tape
    self.values = values
    self.parameters = parameters.compactMapValues { tensor in
      tensor.tapeIndex.flatMap { values[Int($0.value)] }
    }
  }

  /// The gradient of a watched tensor; nil where the output does not depend on it.
  package subscript(tensor: Tensor) -> Tensor? {
    guard let index = tensor.tapeIndex, index.tape == tape else { return nil }
    return values[Int(index.value)]
  }
}

extension Tensor {
  /// The same values, through which no gradient flows.
  public func detached() -> Tensor { tracked(nil) }

  /// The value of a scalar function at `inputs`, and its gradients with respect to each of them (zeros where it does not depend
  /// on one). Throws what `function` throws, and where an operation has no gradient.
  public static func valueAndGradients(
    at inputs: [Tensor], _ function: ([Tensor]) throws(ShapeError) -> Tensor
  ) throws(ShapeError) -> (value: Tensor, gradients: [Tensor]) {
    let tape = Tape(tracksParameter: { _ in false })
    let watched = inputs.map { tape.watch($0.detached()) }
    let value = try tape.run { () throws(ShapeError) in try function(watched) }
    let gradients = try tape.gradients(of: value)
    var results: [Tensor] = []
    for tensor in watched {
      if let gradient = gradients[tensor] {
        results.append(gradient)
      } else {
        results.append(try Tensor.zeros(tensor.shape, dtype: tensor.dtype))
      }
    }
    return (value.detached(), results)
  }
}
