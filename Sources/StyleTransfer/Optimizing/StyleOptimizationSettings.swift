/// How style transfer by optimisation works.
public struct StyleOptimizationSettings: Sendable, Hashable {
  /// What moves the pixels.
  public enum Optimizer: String, Sendable, Hashable, CaseIterable {
    /// Limited-memory BFGS, one evaluation a step.
    case lbfgs
    /// Adam.
    case adam
  }

  /// What the picture is at first.
  public enum Start: String, Sendable, Hashable, CaseIterable {
    /// The content.
    case content
    /// Noise, by the seed.
    case noise
  }

  /// Factor of the features' mean squared difference from the content's.
  public var contentWeight = 1.0
  /// Factor of the Gram matrices' mean squared difference from the style's; nil for one that suits the network.
  public var styleWeight: Double?
  /// Factor of the total variation.
  public var variationWeight = 0.0
  /// What moves the pixels.
  public var optimizer = Optimizer.lbfgs
  /// Steps: evaluations of the loss.
  public var steps = 300
  /// nil for the optimiser's own: 1 of L-BFGS, 0.02 of Adam (levels are 0 to 1).
  public var learningRate: Double?
  /// Pairs of changes that L-BFGS remembers, each of twice the picture's size.
  public var history = 20
  /// What the picture is at first.
  public var start = Start.content
  /// Of the noise.
  public var seed: UInt64 = 0
  /// Whether colours stay the content's: brightness alone is painted. Gatys et al. 2016, arXiv 1606.05897.
  public var keepsColors = false
  /// Layers; nil for the network's usual ones.
  public var styleLayers: [String]?
  /// Layers; nil for the network's usual ones.
  public var contentLayers: [String]?

  /// The usual ones.
  public init() {}
}
