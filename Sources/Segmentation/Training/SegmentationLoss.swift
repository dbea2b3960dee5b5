import Models
import NeuralNetwork
import TensorCore

/// The loss of a segmentation: a sum of terms over all pixels that are not void, and the auxiliary head's at its weight.
public struct SegmentationLoss: Sendable {
  /// What a term measures.
  public enum Kind: String, Sendable, CaseIterable {
    /// Mean cross-entropy, weighted by class.
    case crossEntropy = "cross_entropy"
    /// 1 - Dice's coefficient, averaged over classes.
    case dice
    /// Mean focal loss, weighted by class.
    case focal
  }

  /// A measure and its weight.
  public struct Term: Sendable {
    /// What it measures.
    public var kind: Kind
    /// Its factor.
    public var weight: Double

    /// A term.
    public init(_ kind: Kind, weight: Double = 1) {
      self.kind = kind
      self.weight = weight
    }
  }

  /// What is added up.
  public var terms = [Term(.crossEntropy)]
  /// A weight for each class; nil for 1.
  public var classWeights: [Float]?
  /// Share of the probability that is spread over all classes (cross-entropy).
  public var labelSmoothing = 0.0
  /// How much less easy pixels count (focal).
  public var gamma = 2.0
  /// Weight of the auxiliary head, where the network has one. torchvision's reference takes 0.5.
  public var auxiliaryWeight = 0.5

  /// Cross-entropy.
  public init() {}

  /// The loss of the network's outputs, `out` first, for targets int64 `[N, H, W]`; a scalar. Scores of another size are
  /// interpolated to that of the targets.
  func callAsFunction(_ outputs: [NamedTensor], _ targets: Tensor) throws(ShapeError) -> Tensor {
    guard let main = outputs.first?.tensor else { throw ShapeError(.shape, "segmentation", "no outputs") }
    var total = try loss(main, targets)
    guard auxiliaryWeight > 0 else { return total }
    for output in outputs.dropFirst() where output.name.hasPrefix("aux") {
      total = try total + loss(output.tensor, targets) * Float(auxiliaryWeight)
    }
    return total
  }

  private func loss(_ scores: Tensor, _ targets: Tensor) throws(ShapeError) -> Tensor {
    var scores = scores
    let size = Array(targets.shape.dropFirst()), void = Int(PixelDataset.void)
    if scores.rank == 4, Array(scores.shape[2...]) != size {
      scores = try scores.interpolate(size: size, mode: .bilinear)
    }
    let weights = try classWeights.map { values throws(ShapeError) in try Tensor(values, shape: [values.count]) }
    var total: Tensor?
    for term in terms where term.weight > 0 {
      var value: Tensor
      // Where all of a batch is void the sums are 0, and so are the losses.
      switch term.kind {
      case .crossEntropy:
        let entropy = CrossEntropyLoss(
          labelSmoothing: labelSmoothing, classWeights: weights, ignoredTarget: void)
        let (losses, shares) = try entropy.rows(scores, targets)
        value = try losses.sum() / shares.sum().clamp(min: 1e-12)
      case .dice: value = try Losses.dice(scores, targets, ignoredTarget: void)
      case .focal:
        let losses = try Losses.focal(
          scores, targets, classWeights: weights, gamma: Float(gamma), ignoredTarget: void, reduction: .sum)
        let known = try targets.equal(Tensor([void], shape: [])).logicalNot().cast(to: .float32).sum()
        value = try losses / known.clamp(min: 1)
      }
      if term.weight != 1 { value = try value * Float(term.weight) }
      total = try total.map { sum throws(ShapeError) in try sum + value } ?? value
    }
    guard let total else { throw ShapeError(.argument, "segmentation", "a loss of no terms") }
    return total
  }
}
