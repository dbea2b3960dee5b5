/// Two finite numbers in order, between which a parameter is drawn.
public struct Span: Sendable, Hashable {
  /// The least.
  public let low: Double
  /// The greatest.
  public let high: Double

  /// A span. Throws `AugmentationError.parameter` in the name of `owner` where a number is not finite, they are out of
  /// order, or beyond `bounds`.
  public init(
    _ low: Double, _ high: Double, within bounds: ClosedRange<Double> = -1e9...1e9, of parameter: String, owner: String
  ) throws(AugmentationError) {
    guard low.isFinite, high.isFinite, low <= high, bounds.contains(low), bounds.contains(high) else {
      throw .parameter(
        owner, "\(parameter) is \(low) to \(high); expected two numbers in order, \(Self.text(bounds))")
    }
    self.low = low
    self.high = high
  }

  init(unchecked low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }

  /// Whether nothing is left to draw.
  var isPoint: Bool { low == high }

  private static func text(_ bounds: ClosedRange<Double>) -> String {
    bounds.upperBound >= 1e9 ? "from \(bounds.lowerBound) on" : "\(bounds.lowerBound) to \(bounds.upperBound)"
  }
}

/// Throws `AugmentationError.parameter` for a number that is not finite or not within the bounds.
func checkNumber(
  _ value: Double, _ bounds: ClosedRange<Double>, _ parameter: String, _ owner: String
) throws(AugmentationError) {
  guard value.isFinite, bounds.contains(value) else {
    throw .parameter(owner, "\(parameter) is \(value); expected \(bounds.lowerBound) to \(bounds.upperBound)")
  }
}

/// Throws `AugmentationError.parameter` for a number that is not within the bounds.
func checkNumber(
  _ value: Int, _ bounds: ClosedRange<Int>, _ parameter: String, _ owner: String
) throws(AugmentationError) {
  guard bounds.contains(value) else {
    throw .parameter(owner, "\(parameter) is \(value); expected \(bounds.lowerBound) to \(bounds.upperBound)")
  }
}
