extension Tensor {
  /// Absolute values.
  public func abs() throws(ShapeError) -> Tensor { try apply(.abs) }
  /// -1, 0 or 1; 0 for NaN.
  public func sign() throws(ShapeError) -> Tensor { try apply(.sign) }
  /// Squares.
  public func square() throws(ShapeError) -> Tensor { try apply(.square) }
  /// 1 / x.
  public func reciprocal() throws(ShapeError) -> Tensor { try apply(.reciprocal) }
  /// Square roots; NaN below zero.
  public func sqrt() throws(ShapeError) -> Tensor { try apply(.sqrt) }
  /// 1 / sqrt(x).
  public func rsqrt() throws(ShapeError) -> Tensor { try apply(.rsqrt) }
  /// The largest whole number that is not above each.
  public func floor() throws(ShapeError) -> Tensor { try apply(.floor) }
  /// The smallest whole number that is not below each.
  public func ceil() throws(ShapeError) -> Tensor { try apply(.ceil) }
  /// The nearest whole number, half to even.
  public func round() throws(ShapeError) -> Tensor { try apply(.round) }
  /// e^x.
  public func exp() throws(ShapeError) -> Tensor { try apply(.exp) }
  /// e^x - 1, accurate near zero.
  public func expm1() throws(ShapeError) -> Tensor { try apply(.expm1) }
  /// Natural logarithms; NaN below zero.
  public func log() throws(ShapeError) -> Tensor { try apply(.log) }
  /// log(1 + x), accurate near zero.
  public func log1p() throws(ShapeError) -> Tensor { try apply(.log1p) }
  /// Sines of angles in radians.
  public func sin() throws(ShapeError) -> Tensor { try apply(.sin) }
  /// Cosines of angles in radians.
  public func cos() throws(ShapeError) -> Tensor { try apply(.cos) }
  /// Arc tangents in radians.
  public func atan() throws(ShapeError) -> Tensor { try apply(.atan) }
  /// The error function.
  public func erf() throws(ShapeError) -> Tensor { try apply(.erf) }

  package func apply(_ function: Unary.Function) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Unary(function), self)
  }
}
