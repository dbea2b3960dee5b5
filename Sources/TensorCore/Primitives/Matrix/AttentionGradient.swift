import CKernels

extension Attention {
  /// All inputs: the probabilities are computed again.
  package var savedForGradient: SavedValues { SavedValues(inputs: Array(0..<64)) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let count = context.inputSpecs.count
    var inputs = [try context.upstream()]
    for index in 0..<count { inputs.append(try context.input(index)) }
    let followed = (3..<count).map { context.needs($0) }
    let found = try Tensor.apply(AttentionGradient(attention: self, followed: followed), inputs)
    var results: [Tensor?] = Array(found[..<3]), next = 3
    for isFollowed in followed {
      results.append(isFollowed ? found[next] : nil)
      if isFollowed { next += 1 }
    }
    return results
  }
}

/// The gradient of `Attention`. Inputs: upstream, query, key, value, the terms. Outputs: the gradients by query, key and
/// value, then by those terms that are followed.
package struct AttentionGradient: Primitive {
  package static let name = "attention gradient"
  package static let onnxName = ""

  package let attention: Attention
  /// Of which terms a gradient is wanted.
  package let followed: [Bool]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard followed.count == inputs.count - 4, try attention.outputs(for: Array(inputs.dropFirst()))[0] == inputs[0]
    else { throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, inputs[1].shape) }
    return Array(inputs[1...3]) + zip(inputs.dropFirst(4), followed).filter(\.1).map(\.0)
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    let keys = inputs[2].shape[inputs[2].rank - 2]
    return 3 * inputs[1].count * keys + 2 * inputs[0].count * keys
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    for output in outputs { output.floats.update(repeating: 0, count: output.count) }
    let sizes = AttentionSizes(inputs[1...].map(\.shape), heads: attention.heads)
    let kernel = AttentionKernel(
      sizes: sizes, scale: attention.scale, query: inputs[1].floats, key: inputs[2].floats, value: inputs[3].floats,
      terms: inputs.dropFirst(4).map(AttentionKernel.Term.init), output: outputs[0].floats)
    var next = 3
    let byTerms = followed.map { isFollowed -> UnsafeMutablePointer<Float>? in
      guard isFollowed else { return nil }
      next += 1
      return outputs[next - 1].floats
    }
    AttentionGradientKernel(
      forward: kernel, upstream: inputs[0].floats, byQuery: outputs[0].floats, byKey: outputs[1].floats,
      byValue: outputs[2].floats, byTerms: byTerms
    ).run()
  }
}
