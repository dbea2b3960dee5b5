import TensorCore

/// What becomes of the losses of single elements.
package enum LossReduction: String, Sendable, Hashable, Codable, CaseIterable {
  /// They stay.
  case none
  /// Their mean; NaN of nothing.
  case mean
  /// Their sum.
  case sum

  /// The losses so reduced.
  package func callAsFunction(_ losses: Tensor) throws(ShapeError) -> Tensor {
    switch self {
    case .none: losses
    case .mean: try losses.mean()
    case .sum: try losses.sum()
    }
  }
}

/// Loss functions. They read no values, so that a step of training can be recorded once and compiled; what targets hold is
/// checked by `validate` functions on real tensors, and never makes a kernel read out of bounds.
package enum Losses {}
