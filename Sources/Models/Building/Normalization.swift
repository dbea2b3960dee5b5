import NeuralNetwork

/// A normalisation of channels chosen by data.
public enum Normalization: Sendable, Hashable {
  /// Batch normalisation; `momentum` is the batch's share in the running statistics.
  case batch(epsilon: Double, momentum: Double = 0.1)
  /// Batch normalisation with fixed statistics and affine parameters, as in the backbones of detectors.
  case frozenBatch(epsilon: Double)

  /// Batch normalisation with PyTorch's epsilon.
  public static let batch = Normalization.batch(epsilon: 1e-5)
  /// Frozen batch normalisation with torchvision's epsilon.
  public static let frozenBatch = Normalization.frozenBatch(epsilon: 1e-5)

  /// The layer for `channels`.
  public func layer(_ scope: ParameterScope, channels: Int) -> any Layer {
    switch self {
    case .batch(let epsilon, let momentum):
      BatchNorm2d(scope, channels: channels, epsilon: epsilon, momentum: momentum)
    case .frozenBatch(let epsilon): FrozenBatchNorm2d(scope, channels: channels, epsilon: epsilon)
    }
  }
}
