extension Tensor {
  /// How GELU is computed.
  public enum GELUApproximation: String, Sendable, Hashable, Codable, CaseIterable {
    /// x times the normal distribution function.
    case none
    /// The approximation by the hyperbolic tangent.
    case tanh
  }

  /// max(x, 0).
  public func relu() throws(ShapeError) -> Tensor { try apply(.relu) }
  /// min(max(x, 0), 6). Howard et al. 2017, arXiv 1704.04861.
  public func relu6() throws(ShapeError) -> Tensor { try apply(.clamp(min: 0, max: 6)) }
  /// x where positive, slope * x elsewhere.
  public func leakyReLU(slope: Float = 0.01) throws(ShapeError) -> Tensor { try apply(.leakyReLU(slope: slope)) }
  /// x where positive, alpha * (e^x - 1) elsewhere. Clevert et al. 2015, arXiv 1511.07289.
  public func elu(alpha: Float = 1) throws(ShapeError) -> Tensor { try apply(.elu(alpha: alpha)) }
  /// 1 / (1 + e^-x).
  public func sigmoid() throws(ShapeError) -> Tensor { try apply(.sigmoid) }
  /// The hyperbolic tangent.
  public func tanh() throws(ShapeError) -> Tensor { try apply(.tanh) }
  /// log(1 + e^x).
  public func softplus() throws(ShapeError) -> Tensor { try apply(.softplus) }
  /// x * sigmoid(x), also called swish. Elfwing et al. 2017, arXiv 1702.03118.
  public func silu() throws(ShapeError) -> Tensor { try apply(.silu) }
  /// x * tanh(softplus(x)). Misra 2019, arXiv 1908.08681.
  public func mish() throws(ShapeError) -> Tensor { try apply(.mish) }
  /// x times the normal distribution function, or its approximation. Hendrycks and Gimpel 2016, arXiv 1606.08415.
  public func gelu(approximation: GELUApproximation = .none) throws(ShapeError) -> Tensor {
    try apply(approximation == .none ? .gelu : .geluTanh)
  }
  /// x * min(max(x + 3, 0), 6) / 6. Howard et al. 2019, arXiv 1905.02244.
  public func hardswish() throws(ShapeError) -> Tensor { try apply(.hardswish) }
  /// min(max(x + 3, 0), 6) / 6.
  public func hardsigmoid() throws(ShapeError) -> Tensor { try apply(.hardsigmoid) }

  /// At least `min`, then at most `max`; NaN stays NaN. Of an integer tensor the bounds must be whole numbers.
  public func clamp(min: Float = -.infinity, max: Float = .infinity) throws(ShapeError) -> Tensor {
    guard !min.isNaN, !max.isNaN else { throw ShapeError(.argument, "clamp", "a bound is NaN") }
    if !dtype.isFloatingPoint {
      for bound in [min, max] where bound.isFinite && bound != bound.rounded() {
        throw ShapeError(.argument, "clamp", "the bound \(bound) is none of \(dtype); cast the tensor first")
      }
    }
    return try apply(.clamp(min: Double(min), max: Double(max)))
  }
}
