extension Tensor {
  /// The sum over `axes` (nil: all; negative ones count from the back), which vanish, or stay with size 1 with `keepAxes`.
  ///
  /// Taken in float64 and rounded once. Of integers and bools an int64, which wraps. Of nothing: 0. As in NumPy an empty
  /// list of axes reduces none; so with all the reductions below.
  public func sum(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.sum, axes, keepAxes)
  }

  /// The mean over `axes`; NaN of nothing. Floating point.
  public func mean(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.mean, axes, keepAxes)
  }

  /// The product over `axes`; 1 of nothing. Of integers and bools an int64, which wraps.
  public func product(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.product, axes, keepAxes)
  }

  /// The largest value over `axes`; NaN where any is. Throws where an axis has no elements.
  public func max(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.max, axes, keepAxes)
  }

  /// The smallest value over `axes`; NaN where any is. Throws where an axis has no elements.
  public func min(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.min, axes, keepAxes)
  }

  /// The variance over `axes`, in two passes; divided by the number of values, less one where `unbiased`. Floating point.
  public func variance(
    axes: [Int]? = nil, unbiased: Bool = true, keepAxes: Bool = false
  ) throws(ShapeError) -> Tensor {
    try reduce(.variance(unbiased: unbiased), axes, keepAxes)
  }

  /// The square root of the variance. Floating point.
  public func standardDeviation(
    axes: [Int]? = nil, unbiased: Bool = true, keepAxes: Bool = false
  ) throws(ShapeError) -> Tensor {
    try reduce(.standardDeviation(unbiased: unbiased), axes, keepAxes)
  }

  /// The logarithm of the sum of e^x over `axes`, which cannot overflow; -infinity of nothing. Floating point.
  public func logSumExp(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.logSumExp, axes, keepAxes)
  }

  /// The L2 norm over `axes`: the square root of the sum of squares. Floating point.
  public func norm(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.norm, axes, keepAxes)
  }

  /// Whether any bool over `axes` is true; false of nothing.
  public func any(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.any, axes, keepAxes)
  }

  /// Whether all bools over `axes` are true; true of nothing.
  public func all(axes: [Int]? = nil, keepAxes: Bool = false) throws(ShapeError) -> Tensor {
    try reduce(.all, axes, keepAxes)
  }

  private func reduce(_ kind: Reduction.Kind, _ axes: [Int]?, _ keepAxes: Bool) throws(ShapeError) -> Tensor {
    try Tensor.applySingle(Reduction(kind, axes: axes, keepAxes: keepAxes), self)
  }
}
