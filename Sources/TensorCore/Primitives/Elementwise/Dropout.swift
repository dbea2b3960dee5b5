import CKernels

/// Sets a share of the elements to zero and scales the others up, so that the sum stays in expectation.
///
/// Inputs: the tensor, and an int64 `[2]` of seed and step: which elements vanish is a function of these, `site` and the
/// element's place alone, so that the gradient is the same operation on upstream.
package struct Dropout: Primitive {
  package static let name = "dropout"
  package static let onnxName = "Dropout"

  /// Share of the elements that vanish, 0 to 1.
  package let rate: Double
  /// Tells the dropouts of one network apart.
  package let site: Int
  /// Whether whole samples (along the first axis) vanish, as stochastic depth has it; else single elements.
  package let dropsSamples: Bool

  package init(rate: Double, site: Int, dropsSamples: Bool = false) {
    self.rate = rate
    self.site = site
    self.dropsSamples = dropsSamples
  }

  package func dtypes(ofInput index: Int) -> DTypeSet { index == 0 ? .floating : .indices }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[1].shape == [2], !dropsSamples || inputs[0].rank > 0 else {
      throw ShapeError(.shape, Self.name, "takes a tensor, and seed and step", shapes: inputs[0].shape, inputs[1].shape)
    }
    guard rate >= 0, rate <= 1 else { throw ShapeError(.argument, Self.name, "rate \(rate) is not in 0...1") }
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let words = inputs[1].elements(as: Int64.self)
    let key = RandomStream(seed: UInt64(bitPattern: words[0]), purpose: "dropout \(site)")
      .bits(UInt64(bitPattern: words[1]))
    let run = dropsSamples ? inputs[0].shape.dropFirst().reduce(1, *) : 1
    let keep = UInt64(((1 - rate) * 0x1p32).rounded()), scale = rate < 1 ? Float(1 / (1 - rate)) : 0
    Parallel.ranges(inputs[0].count, grain: 1 << 15) { range in
      vk_dropout(
        KernelISA.current, inputs[0].floats, outputs[0].floats, range.lowerBound, range.upperBound, key, max(run, 1),
        keep, scale)
    }
  }

  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(self, context.upstream(), context.input(1)), nil]
  }
}
