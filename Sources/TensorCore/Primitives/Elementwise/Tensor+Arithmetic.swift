extension Tensor {
  /// The sum of two tensors of one type, with NumPy broadcasting. Integers wrap on overflow.
  public static func + (a: Tensor, b: Tensor) throws(ShapeError) -> Tensor { try applySingle(Binary(.add), a, b) }
  /// The difference, with broadcasting. Integers wrap on overflow.
  public static func - (a: Tensor, b: Tensor) throws(ShapeError) -> Tensor { try applySingle(Binary(.subtract), a, b) }
  /// The element-wise product, with broadcasting. Integers wrap on overflow.
  public static func * (a: Tensor, b: Tensor) throws(ShapeError) -> Tensor { try applySingle(Binary(.multiply), a, b) }
  /// The quotient, with broadcasting. Integers truncate towards zero, and give 0 where the divisor is 0.
  public static func / (a: Tensor, b: Tensor) throws(ShapeError) -> Tensor { try applySingle(Binary(.divide), a, b) }
  /// The negative values.
  public static prefix func - (a: Tensor) throws(ShapeError) -> Tensor { try applySingle(Unary(.negate), a) }

  /// `b` added to every element. A scalar takes the tensor's type: of an integer tensor it must be a whole number.
  public static func + (a: Tensor, b: Float) throws(ShapeError) -> Tensor { try a.with(b, .add) }
  /// `b` taken from every element.
  public static func - (a: Tensor, b: Float) throws(ShapeError) -> Tensor { try a.with(b, .subtract) }
  /// Every element times `b`.
  public static func * (a: Tensor, b: Float) throws(ShapeError) -> Tensor { try a.with(b, .multiply) }
  /// Every element divided by `b`.
  public static func / (a: Tensor, b: Float) throws(ShapeError) -> Tensor { try a.with(b, .divide) }
  /// `a` plus every element.
  public static func + (a: Float, b: Tensor) throws(ShapeError) -> Tensor { try b.with(a, .add) }
  /// `a` minus every element.
  public static func - (a: Float, b: Tensor) throws(ShapeError) -> Tensor { try b.after(a, .subtract) }
  /// `a` times every element.
  public static func * (a: Float, b: Tensor) throws(ShapeError) -> Tensor { try b.with(a, .multiply) }
  /// `a` divided by every element.
  public static func / (a: Float, b: Tensor) throws(ShapeError) -> Tensor { try b.after(a, .divide) }

  /// `b` added to every element.
  public static func + (a: Tensor, b: Int) throws(ShapeError) -> Tensor { try a.with(b, .add) }
  /// `b` taken from every element.
  public static func - (a: Tensor, b: Int) throws(ShapeError) -> Tensor { try a.with(b, .subtract) }
  /// Every element times `b`.
  public static func * (a: Tensor, b: Int) throws(ShapeError) -> Tensor { try a.with(b, .multiply) }
  /// Every element divided by `b`.
  public static func / (a: Tensor, b: Int) throws(ShapeError) -> Tensor { try a.with(b, .divide) }

  /// Every element to the power of the other's, with broadcasting.
  ///
  /// Integers wrap; a negative exponent gives 0 except for the bases 1 and -1.
  public func pow(_ exponent: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Binary(.power), self, exponent)
  }
  /// Every element to a power.
  public func pow(_ exponent: Float) throws(ShapeError) -> Tensor { try with(exponent, .power) }
  /// The smaller of each two elements, with broadcasting; NaN where either is.
  public func minimum(_ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Binary(.minimum), self, other)
  }
  /// The smaller of each element and a number.
  public func minimum(_ other: Float) throws(ShapeError) -> Tensor { try with(other, .minimum) }
  /// The larger of each two elements, with broadcasting; NaN where either is.
  public func maximum(_ other: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Binary(.maximum), self, other)
  }
  /// The larger of each element and a number.
  public func maximum(_ other: Float) throws(ShapeError) -> Tensor { try with(other, .maximum) }
  /// The remainder of the division rounded down: it has the divisor's sign. Integers by 0 give 0. Broadcasts.
  public func remainder(_ divisor: Tensor) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Binary(.remainder), self, divisor)
  }
  /// The remainder of dividing each element by a number; it has that number's sign.
  public func remainder(_ divisor: Float) throws(ShapeError) -> Tensor { try with(divisor, .remainder) }
  /// The angle of the point (`x`, self) in radians, -pi to pi, with broadcasting. Floating point.
  public func atan2(_ x: Tensor) throws(ShapeError) -> Tensor { try Tensor.applySingle(Binary(.atan2), self, x) }

  /// `x` where positive, `weight * x` elsewhere. Input `[N, C, ...]`, weight `[C]` or `[1]`. He et al. 2015, arXiv 1502.01852.
  public func preLU(weight: Tensor) throws(ShapeError) -> Tensor {
    let channels = rank > 1 ? shape[1] : 1
    guard weight.rank == 1, weight.count == 1 || weight.count == channels else {
      throw ShapeError(.shape, "PReLU", "the weight must be [1] or [\(channels)]", shapes: shape, weight.shape)
    }
    let trailing = weight.count == 1 ? 0 : Swift.max(rank - 2, 0)
    let slopes = try weight.reshape(weight.shape + [Int](repeating: 1, count: trailing))
    return try Tensor.applySingle(
      Binary(.preLU), self, rank == 0 ? slopes.reshape([]) : slopes)
  }

  private func with(_ scalar: Float, _ function: Binary.Function) throws(ShapeError) -> Tensor {
    let primitive = Binary(function)
    return try Tensor.applySingle(primitive, self, scalarOperand(scalar, primitive.operation))
  }

  private func after(_ scalar: Float, _ function: Binary.Function) throws(ShapeError) -> Tensor {
    let primitive = Binary(function)
    return try Tensor.applySingle(primitive, scalarOperand(scalar, primitive.operation), self)
  }

  private func with(_ scalar: Int, _ function: Binary.Function) throws(ShapeError) -> Tensor {
    let primitive = Binary(function)
    return try Tensor.applySingle(primitive, self, scalarOperand(scalar, primitive.operation))
  }

  /// A tensor of shape `[]` that goes with this one: float32 with floating point, else of this type, in which `value` must
  /// be exact.
  package func scalarOperand(_ value: Float, _ operation: String) throws(ShapeError) -> Tensor {
    if dtype.isFloatingPoint { return try Tensor(value) }
    guard let whole = Int(exactly: value) else {
      throw ShapeError(.argument, operation, "the number \(value) is none of \(dtype); cast the tensor first")
    }
    return try scalarOperand(whole, operation)
  }

  package func scalarOperand(_ value: Int, _ operation: String) throws(ShapeError) -> Tensor {
    if dtype.isFloatingPoint { return try Tensor(Float(value)) }
    let scalar = try Tensor([value], shape: []).cast(to: dtype)
    guard try scalar.integers() == [value] else {
      throw ShapeError(.argument, operation, "the number \(value) is none of \(dtype); cast the tensor first")
    }
    return scalar
  }
}
