import Models
import NeuralNetwork
import TensorCore

/// Features of several depths made equally deep: each level gets what the coarser ones know. `[N, Ci, Hi, Wi]` for each level,
/// finest first -> `[N, K, Hi, Wi]` for each, and the extra levels. Lin et al. 2016, arXiv 1612.03144.
public struct FeaturePyramidNetwork: Sendable {
  /// Levels coarser than the backbone's.
  public enum ExtraLevels: Sendable, Hashable {
    /// None.
    case none
    /// Every other pixel of the coarsest level.
    case maxPool
    /// Two convolutions of stride 2, as RetinaNet's, on the backbone's last features, or on the pyramid's where these have as
    /// many channels as `inputs`.
    case p6p7(inputs: Int)
  }

  private let inner: [ConvBlock], outer: [ConvBlock]
  private let extra: ExtraLevels, p6: Conv2d?, p7: Conv2d?
  private let usesPyramid: Bool

  /// A pyramid over features of these channels, finest first; all its levels have `k` channels.
  public init(
    _ scope: ParameterScope, in channels: [Int], out k: Int, norm: Normalization? = nil, extra: ExtraLevels = .none
  ) {
    inner = channels.enumerated().map {
      ConvBlock(scope["inner_blocks"][$0], in: $1, out: k, kernel: 1, norm: norm, activation: .none)
    }
    outer = channels.indices.map {
      ConvBlock(scope["layer_blocks"][$0], in: k, out: k, norm: norm, activation: .none)
    }
    self.extra = extra
    if case .p6p7(let inputs) = extra {
      let scope = scope["extra_blocks"]
      p6 = Conv2d(scope["p6"], in: inputs, out: k, kernel: 3, stride: 2, padding: 1)
      p7 = Conv2d(scope["p7"], in: k, out: k, kernel: 3, stride: 2, padding: 1)
      usesPyramid = inputs == k
    } else {
      p6 = nil
      p7 = nil
      usesPyramid = false
    }
  }

  /// The levels, finest first.
  public func callAsFunction(_ features: [Tensor]) throws(ShapeError) -> [Tensor] {
    guard features.count == inner.count, let last = features.last else {
      throw ShapeError(.shape, "feature pyramid", "\(features.count) levels of features for \(inner.count)")
    }
    var levels: [Tensor] = []
    var above: Tensor?
    for level in features.indices.reversed() {
      var lateral = try inner[level](features[level])
      if let above { lateral = try lateral + above.interpolate(size: Array(lateral.shape.suffix(2)), mode: .nearest) }
      levels.append(try outer[level](lateral))
      above = lateral
    }
    let coarsest = levels[0]
    levels.reverse()
    switch extra {
    case .none: break
    case .maxPool: levels.append(try coarsest.maxPool(kernel: [1, 1], stride: [2, 2]))
    case .p6p7:
      guard let p6, let p7 else { break }
      let sixth = try p6(usesPyramid ? coarsest : last)
      levels += [sixth, try p7(sixth.relu())]
    }
    return levels
  }
}
