extension Binary {
  package var savedForGradient: SavedValues {
    switch function {
    case .add, .subtract: .none
    case .divide: SavedValues(inputs: [1], outputs: [0])
    case .power: SavedValues(inputs: [0, 1], outputs: [0])
    case .multiply, .minimum, .maximum, .remainder, .atan2, .preLU: SavedValues(inputs: [0, 1])
    }
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream()
    let first = context.needs(0) ? try left(upstream, context) : nil
    let second = context.needs(1) ? try right(upstream, context) : nil
    return [
      try first.map { tensor throws(ShapeError) in try context.reduced(tensor, toInput: 0) },
      try second.map { tensor throws(ShapeError) in try context.reduced(tensor, toInput: 1) },
    ]
  }

  private func left(_ upstream: Tensor, _ context: GradientContext) throws(ShapeError) -> Tensor {
    switch function {
    case .add, .subtract, .remainder: return upstream
    case .multiply: return try upstream * context.input(1)
    case .divide: return try upstream / context.input(1)
    case .power:
      let a = try context.input(0), b = try context.input(1)
      let slope = try b * a.pow(b - 1)
      // x^0 is flat, also at 0, where the formula gives 0 * infinity.
      return try upstream * Tensor.where(b.equal(0), Tensor.zeros([]), slope)
    case .minimum, .maximum: return try upstream * share(context)
    case .atan2:
      let a = try context.input(0), b = try context.input(1)
      return try upstream * b / (a.square() + b.square())
    case .preLU:
      let x = try context.input(0)
      return try Tensor.where(x.greater(0), upstream, upstream * context.input(1))
    }
  }

  private func right(_ upstream: Tensor, _ context: GradientContext) throws(ShapeError) -> Tensor {
    switch function {
    case .add: return upstream
    case .subtract: return try -upstream
    case .multiply: return try upstream * context.input(0)
    case .divide: return try -(upstream * context.output() / context.input(1))
    case .power:
      let a = try context.input(0), zero = try Tensor.zeros([])
      // PyTorch's rule: no slope along the exponent where the base is 0 and the exponent is not negative.
      let flat = try a.equal(0).logicalAnd(context.input(1).greaterOrEqual(0))
      return try upstream * Tensor.where(flat, zero, context.output() * a.log())
    case .minimum, .maximum: return try upstream * (1 - share(context))
    case .remainder: return try -(upstream * (context.input(0) / context.input(1)).floor())
    case .atan2:
      let a = try context.input(0), b = try context.input(1)
      return try -(upstream * a / (a.square() + b.square()))
    case .preLU:
      let x = try context.input(0)
      return try Tensor.where(x.greater(0), Tensor.zeros([]), upstream * x)
    }
  }

  /// The part of the gradient that goes to the first operand of minimum or maximum: half where both are equal, as in PyTorch.
  private func share(_ context: GradientContext) throws(ShapeError) -> Tensor {
    let a = try context.input(0), b = try context.input(1)
    let wins = function == .maximum ? try a.greater(b) : try a.less(b)
    return try wins.cast(to: .float32) + a.equal(b).cast(to: .float32) * 0.5
  }
}

extension Where {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let condition = try context.input(0), upstream = try context.upstream()
    let zero = try Tensor.zeros([], dtype: upstream.dtype)
    return [
      nil,
      context.needs(1) ? try context.reduced(Tensor.where(condition, upstream, zero), toInput: 1) : nil,
      context.needs(2) ? try context.reduced(Tensor.where(condition, zero, upstream), toInput: 2) : nil,
    ]
  }
}

extension Cast {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try context.upstream().cast(to: context.inputSpecs[0].dtype)]
  }
}
