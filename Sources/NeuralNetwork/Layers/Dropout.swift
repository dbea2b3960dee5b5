import TensorCore

/// Dropout: sets elements to zero in training, each by itself, and scales the others up; leaves its input as it is otherwise.
/// Srivastava et al. 2014, JMLR 15.
public struct Dropout: Layer {
  /// Share of the elements that training sets to zero, 0 to 1.
  public let rate: Double

  /// Dropout of this rate.
  public init(_ rate: Double = 0.5) { self.rate = rate }

  /// The input itself, or in training with a share of it dropped.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try x.dropped(rate, samples: false) }
}

/// Stochastic depth: drops a residual branch for whole samples in training; leaves its input as it is otherwise.
/// Huang et al. 2016, arXiv 1603.09382.
public struct DropPath: Layer {
  /// Share of the samples whose branch training drops, 0 to 1.
  public let rate: Double

  /// Stochastic depth of this rate.
  public init(_ rate: Double) { self.rate = rate }

  /// The input itself, or in training with whole samples dropped.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try x.dropped(rate, samples: true) }
}

extension Tensor {
  fileprivate func dropped(_ rate: Double, samples: Bool) throws(ShapeError) -> Tensor {
    guard rate > 0, let phase = TrainingPhase.current, phase.drops else { return self }
    let primitive = TensorCore.Dropout(rate: rate, site: phase.nextSite(), dropsSamples: samples)
    return try Tensor.apply(primitive, [self, phase.randomness])[0]
  }
}
