import Imaging

extension Sample {
  /// The classes and shares of this sample: its mixture, or its one label.
  var shares: [LabelShare]? { labelShares ?? label.map { [LabelShare(label: $0, share: 1)] } }

  /// Takes on a mixture of this sample's classes with another's; `share` is this one's. Without labels on both sides
  /// nothing is taken on.
  mutating func mixLabels(with other: Sample, share: Double) {
    guard let own = shares, let others = other.shares else { return }
    var mixture: [LabelShare] = []
    for (list, weight) in [(own, share), (others, 1 - share)] {
      for item in list {
        let amount = Float(weight) * item.share
        if let known = mixture.firstIndex(where: { $0.label == item.label }) {
          mixture[known].share += amount
        } else {
          mixture.append(LabelShare(label: item.label, share: amount))
        }
      }
    }
    labelShares = mixture
    label = mixture.max { $0.share < $1.share }?.label
  }

  /// This sample in the size and format of another.
  func fitted(to other: Sample) throws(AugmentationError) -> Sample {
    var result = size == other.size ? self : try Resize(.exact(other.size)).apply(to: self)
    result.image = result.image.converted(to: other.image.format)
    return result
  }
}
