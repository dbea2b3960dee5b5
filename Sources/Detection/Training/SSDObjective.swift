import Imaging
import NeuralNetwork
import TensorCore
import Training

/// How SSD learns: default boxes that overlap an object by half, and each object's best, are to score its class and fit its box; of
/// the others the three times as many that are most wrongly scored are to be background. As torchvision.
/// Liu et al. 2015, arXiv 1512.02325.
package struct SSDObjective: DetectionObjective {
  private let network: SSD
  private static let coder = BoxCoder(x: 10, y: 10, width: 5, height: 5)
  /// Negatives for a positive.
  private static let negatives = 3

  /// The learning of a network.
  package init(_ network: SSD) { self.network = network }

  /// Classes `[N, A]` with the background as 0, codes `[N, A, 4]`, which anchors have an object `[N, A, 1]`, one over their number.
  package func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor] {
    let side = network.configuration.side
    guard inputSize.width == side, inputSize.height == side else {
      throw ShapeError(.argument, "ssd", "learns from pictures of \(side) x \(side), not of \(inputSize)")
    }
    let anchors = try network.defaultBoxes(), count = anchors.shape[0], images = objects.count
    var classes = [Int](repeating: 0, count: images * count)
    var codes = [Float](repeating: 0, count: images * count * 4), has = [Float](repeating: 0, count: images * count)
    var total = 0
    for (image, list) in objects.enumerated() where !list.isEmpty {
      let matching = try AnchorMatching(list, anchors) { overlaps throws(ShapeError) in
        try SSDMatcher(threshold: 0.5)(overlaps)
      }
      for anchor in matching.matched {
        classes[image * count + anchor] = list[matching.objects[anchor]].label + 1
        has[image * count + anchor] = 1
      }
      try matching.writeCodes(Self.coder, anchors, into: &codes, at: image * count)
      total += matching.matched.count
    }
    return [
      try Tensor(classes, shape: [images, count]), try Tensor(codes, shape: [images, count, 4]),
      try Tensor(has, shape: [images, count, 1]), try Tensor([1 / Float(max(total, 1))], shape: []),
    ]
  }

  /// The first stage of VGG, as torchvision's; all of SSDLite is trained.
  package func frozen(in parameters: ParameterStore) -> [String] {
    network.configuration.isLite ? [] : ["backbone.features.0", "backbone.features.2"]
  }

  /// The sum, then the parts: boxes, classes.
  package func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor] {
    let (logits, corrections) = try network.heads(for: pictures)
    let (classes, codes, has, scale) = (targets[0], targets[1], targets[2], targets[3])
    let rows = classes.count
    let entropy = try CrossEntropyLoss(reduction: .none)(
      logits.reshape([rows, logits.shape[2]]), classes.reshape([rows]))
    let weights = try Self.mining([entropy.reshape(classes.shape), classes])[0].reshape([rows])
    let names = try (entropy * weights).sum() * scale
    let boxes = try (Losses.smoothL1(corrections, codes, reduction: .none) * has).sum() * scale
    return [try boxes + names, boxes, names]
  }

  /// Which anchors' classes count, `[N, A]`, by their losses and classes: those with an object, and as many times
  /// `negatives` of the highest losses, those with an object counting as lowest.
  private static let mining = HostFunction(
    "hard negatives", shapes: { inputs throws(ShapeError) in [TensorSpec(inputs[0].shape)] }
  ) { inputs, outputs in
    let images = inputs[0].shape[0], count = inputs[0].shape[1]
    let losses = inputs[0].floats, classes = inputs[1].elements(as: Int64.self), weights = outputs[0].floats
    for image in 0..<images {
      let start = image * count
      var positives: [Int] = [], others: [Int] = []
      for anchor in start..<start + count {
        if classes[anchor] > 0 { positives.append(anchor) } else { others.append(anchor) }
        weights[anchor] = classes[anchor] > 0 ? 1 : 0
      }
      let wanted = negatives * positives.count
      if others.count > wanted {
        // Losses that are no numbers come first, so that they show.
        func key(_ anchor: Int) -> Float { losses[anchor].isNaN ? .infinity : losses[anchor] }
        others.sort { key($0) != key($1) ? key($0) > key($1) : $0 < $1 }
      }
      for anchor in others.prefix(wanted) { weights[anchor] = 1 }
      // Where negatives run out, as in the reference, positives count twice.
      for anchor in positives.prefix(max(wanted - others.count, 0)) { weights[anchor] += 1 }
    }
  }
}
