extension Reduction {
  package var savedForGradient: SavedValues {
    switch kind {
    case .sum, .mean, .any, .all: .none
    case .variance: SavedValues(inputs: [0])
    case .product, .max, .min, .standardDeviation, .logSumExp, .norm: SavedValues(inputs: [0], outputs: [0])
    }
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let spec = context.inputSpecs[0]
    let isReduced = try Self.mask(axes, spec, operation)
    let kept = spec.shape.indices.map { isReduced[$0] ? 1 : spec.shape[$0] }
    let count = spec.shape.indices.reduce(1) { isReduced[$1] ? $0 * spec.shape[$1] : $0 }
    let upstream = try context.upstream().reshape(kept)
    switch kind {
    case .sum: return [try upstream.expand(to: spec.shape)]
    case .mean: return [try (upstream / Float(count)).expand(to: spec.shape)]
    case .variance(let unbiased):
      let x = try context.input(0)
      return [try upstream * (2 / Float(unbiased ? count - 1 : count)) * centred(x)]
    case .standardDeviation(let unbiased):
      let x = try context.input(0), y = try context.output().reshape(kept)
      let factor = try upstream / y * (1 / Float(unbiased ? count - 1 : count))
      // No slope is told from a spread of 0, as PyTorch has it.
      return [try Tensor.where(y.equal(0), Tensor.zeros([]), factor) * centred(x)]
    case .max, .min:
      // Equal ones share evenly, as in PyTorch's amax and amin.
      let chosen = try context.input(0).equal(context.output().reshape(kept)).cast(to: .float32)
      let shared = try upstream / chosen.sum(axes: axes, keepAxes: true)
      return [try chosen * shared]
    case .logSumExp:
      let y = try context.output().reshape(kept)
      return [try upstream * (context.input(0) - y).exp()]
    case .norm:
      let y = try context.output().reshape(kept)
      return [try Tensor.where(y.equal(0), Tensor.zeros([]), upstream / y) * context.input(0)]
    case .product: return [try product(context, upstream, kept)]
    case .any, .all: return [nil]
    }
  }

  private func centred(_ x: Tensor) throws(ShapeError) -> Tensor { try x - x.mean(axes: axes, keepAxes: true) }

  /// The product of the others: by division where nothing is 0; a single 0 alone gets the product of the rest.
  private func product(_ context: GradientContext, _ upstream: Tensor, _ kept: [Int]) throws(ShapeError) -> Tensor {
    let x = try context.input(0), isZero = try x.equal(0), one = try Tensor(1), zero = try Tensor(0)
    let zeros = try isZero.cast(to: .float32).sum(axes: axes, keepAxes: true)
    let rest = try Tensor.where(isZero, one, x)
    let others = try rest.product(axes: axes, keepAxes: true)
    let atZero = try Tensor.where(zeros.equal(1), others, zero)
    let elsewhere = try Tensor.where(zeros.equal(0), others / rest, zero)
    return try upstream * Tensor.where(isZero, atZero, elsewhere)
  }
}

extension Softmax {
  package var savedForGradient: SavedValues { SavedValues(outputs: [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), y = try context.output()
    if logarithm { return [try upstream - y.exp() * upstream.sum(axes: [axis], keepAxes: true)] }
    let weighted = try upstream * y
    return [try weighted - y * weighted.sum(axes: [axis], keepAxes: true)]
  }
}
