/// Attention: softmax(query key^T * scale + terms) value, head by head.
///
/// Inputs: query, key, value, then any number of terms that are added to the scores, each broadcast to
/// `[..., heads, N, M]`. ONNX's operator takes one term: a writer adds them up.
package struct Attention: Primitive {
  package static let name = "attention"
  package static let onnxName = "Attention"

  /// Heads that lie side by side in the last axis of `[..., N, heads * D]`; nil where they are an axis of their own before
  /// the rows, `[..., heads, N, D]`.
  package let heads: Int?
  /// The factor of the scores before the terms.
  package let scale: Float

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let query = inputs[0], key = inputs[1], value = inputs[2]
    for input in inputs where input.dtype != query.dtype {
      throw ShapeError(.dtype, Self.name, "the query is \(query.dtype), another input \(input.dtype); cast one")
    }
    guard query.rank >= 2, query.rank == key.rank, query.rank == value.rank,
      query.shape.dropLast(2) == key.shape.dropLast(2), key.shape.dropLast() == value.shape.dropLast(),
      query.shape.last == key.shape.last
    else {
      throw ShapeError(
        .shape, Self.name, "expected a query [..., N, D], a key [..., M, D] and a value [..., M, E]",
        shapes: query.shape, key.shape, value.shape)
    }
    guard key.shape[key.rank - 2] > 0 else {
      throw ShapeError(.shape, Self.name, "there are no keys", shapes: query.shape, key.shape)
    }
    for features in [query.shape[query.rank - 1], value.shape[value.rank - 1]] {
      guard let heads, heads < 1 || features % heads != 0 else { continue }
      throw ShapeError(.argument, Self.name, "\(features) features do not make \(heads) heads")
    }
    let sizes = AttentionSizes(inputs.map(\.shape), heads: heads), scores = sizes.stack + [sizes.rows, sizes.keys]
    for term in inputs.dropFirst(3) where MatrixShape.broadcast(term.shape, scores) != scores {
      throw ShapeError(.shape, Self.name, "a term does not broadcast to the scores", shapes: term.shape, scores)
    }
    return [TensorSpec(query.shape.dropLast() + value.shape.suffix(1), query.dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    inputs[0].count * inputs[1].shape[inputs[1].rank - 2] + outputs[0].count * inputs[1].shape[inputs[1].rank - 2]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    AttentionKernel(
      sizes: AttentionSizes(inputs.map(\.shape), heads: heads), scale: scale, query: inputs[0].floats,
      key: inputs[1].floats, value: inputs[2].floats, terms: inputs.dropFirst(3).map(AttentionKernel.Term.init),
      output: outputs[0].floats
    ).run()
  }
}

extension Tensor {
  /// Scaled dot-product attention: `softmax(query key^T * scale + terms) value` with the query as receiver, as
  /// `torch.nn.functional.scaled_dot_product_attention`. Vaswani et al. 2017, arXiv 1706.03762.
  ///
  /// Query `[..., N, D]`, key `[..., M, D]`, value `[..., M, E]` -> `[..., N, E]`; with `heads` the last axes hold that many
  /// heads side by side, `[..., N, heads * D]`. Every term broadcasts to `[..., N, M]` (`[..., heads, N, M]`) and may be
  /// -infinity where a key is to be left out. The scale is 1/√D where none is given. Scores are held for some rows of a
  /// head at a time, never for all.
  public func attention(
    key: Tensor, value: Tensor, heads: Int? = nil, terms: [Tensor] = [], scale: Double? = nil
  ) throws(ShapeError) -> Tensor {
    let features = (shape.last ?? 1) / Swift.max(heads ?? 1, 1)
    let factor = scale ?? 1 / Double(Swift.max(features, 1)).squareRoot()
    return try Tensor.apply(Attention(heads: heads, scale: Float(factor)), [self, key, value] + terms)[0]
  }
}
