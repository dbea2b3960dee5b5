import Imaging
import NeuralNetwork
import TensorCore
import Training

/// How Faster and Mask R-CNN learn: the proposal head from a balanced sample of its anchors, the other heads from one of the proposals.
/// As torchvision. Ren et al. 2015, arXiv 1506.01497; He et al. 2017, arXiv 1703.06870.
///
/// What is proposed depends on values, so a step is not compiled.
package struct RegionObjective: DetectionObjective {
  private let network: FasterRCNN
  private let isRandom: Bool
  /// Anchors that an image's proposals are learned from.
  private static let anchorsPerImage = 256
  private static let matcher = Matcher(high: 0.7, low: 0.3, allowsLowQuality: true)

  /// The learning of a network. Without `isRandom` samples are the first ones, which tests compare.
  package init(_ network: FasterRCNN, isRandom: Bool = true) {
    self.network = network
    self.isRandom = isRandom
  }

  /// Whether masks are learned.
  package var needsMasks: Bool { network.findsMasks }

  /// Of the anchors: whether they have an object `[N, A]` and what that weighs, codes `[N, A, 4]` and what these weigh `[N, A, 1]`.
  /// Then the objects `[N, G, 5]` (corners, class; -1 for none), random bits, and masks `[N, G, H, W]` where they are learned.
  package func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor] {
    let anchors = try Tensor.concatenate(network.anchors(of: inputSize), axis: 0)
    let count = anchors.shape[0], images = objects.count
    let sampler = BalancedPositiveNegativeSampler(
      count: Self.anchorsPerImage, positiveFraction: 0.5, isRandom: isRandom)
    var has = [Float](repeating: 0, count: images * count), weights = has, boxWeights = has, total = 0
    var codes = [Float](repeating: 0, count: images * count * 4)
    for (image, list) in objects.enumerated() {
      let matching = try AnchorMatching(list, anchors) { overlaps throws(ShapeError) in try Self.matcher(overlaps) }
      let labels = matching.objects.map { $0 >= 0 ? 1 : $0 == Matcher.background ? 0 : -1 }
      let stream = RandomStream(seed: batch.random.bits(UInt64(image)), purpose: "anchors")
      let sample = try sampler(Tensor(labels, shape: [count]), random: stream)
      for anchor in sample.positives {
        has[image * count + anchor] = 1
        boxWeights[image * count + anchor] = 1
      }
      for anchor in sample.positives + sample.negatives { weights[image * count + anchor] = 1 }
      total += sample.positives.count + sample.negatives.count
      try matching.writeCodes(BoxCoder(), anchors, into: &codes, at: image * count)
    }
    let share = 1 / Float(max(total, 1))
    let bits = Int(batch.random.bits(1 << 40) >> 2)
    return [
      try Tensor(has, shape: [images, count]), try Tensor(weights.map { $0 * share }, shape: [images, count]),
      try Tensor(codes, shape: [images, count, 4]),
      try Tensor(boxWeights.map { $0 * share }, shape: [images, count, 1]),
      try Self.table(objects), try Tensor([bits], shape: [1]),
    ] + (needsMasks ? [try Self.masks(objects, inputSize)] : [])
  }

  /// As torchvision's: of ResNet the first stages, and the norms where the network has none of its own in its heads; of MobileNetV3
  /// all norms and all but the last six blocks; of VGG the first two stages.
  package func frozen(in parameters: ParameterStore) -> [String] { network.frozen(in: parameters) }

  private static func table(_ objects: [[TrainingObject]]) throws(ShapeError) -> Tensor {
    let most = max(objects.map(\.count).max() ?? 0, 1)
    var values: [Float] = []
    for list in objects {
      for object in list {
        values += [object.box.x1, object.box.y1, object.box.x2, object.box.y2, Float(object.label)]
      }
      for _ in list.count..<most { values += [0, 0, 0, 0, -1] }
    }
    return try Tensor(values, shape: [objects.count, most, 5])
  }

  private static func masks(_ objects: [[TrainingObject]], _ size: ImageSize) throws(ShapeError) -> Tensor {
    let most = max(objects.map(\.count).max() ?? 0, 1), area = size.width * size.height
    var pixels = [UInt8](repeating: 0, count: objects.count * most * area)
    for (image, list) in objects.enumerated() {
      for (place, object) in list.enumerated() {
        guard let mask = object.mask, mask.width == size.width, mask.height == size.height else {
          throw ShapeError(.argument, "masks", "an object has no mask of the input's size; this network learns masks")
        }
        pixels.replaceSubrange((image * most + place) * area..<(image * most + place + 1) * area, with: mask.pixels)
      }
    }
    return try Tensor(pixels, shape: [objects.count, most, size.height, size.width])
  }

  /// The sum, then the parts: classes and boxes of the regions, their masks where they are learned, objectness and boxes of the
  /// anchors.
  package func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor] {
    let size = ImageSize(width: pictures.shape[3], height: pictures.shape[2])
    let levels = try network.regions.backbone(network.regions.transform.normalized(pictures))
    let (scores, codes) = try network.head(levels)
    var logits: [Tensor] = [], moves: [Tensor] = []
    for (score, code) in zip(scores, codes) {
      logits.append(try score.anchorRows(1))
      moves.append(try code.anchorRows(4))
    }
    let objectness = try Losses.binaryCrossEntropy(
      Tensor.concatenate(logits, axis: 1).reshape(targets[0].shape), targets[0], weight: targets[1], reduction: .sum)
    let anchorBoxes = try
      (Losses.smoothL1(Tensor.concatenate(moves, axis: 1), targets[2], beta: 1 / 9, reduction: .none) * targets[3])
      .sum()
    var samples: [RegionSample] = []
    let bits = UInt64(bitPattern: Int64(try targets[5].integers()[0]))
    for image in 0..<pictures.shape[0] {
      func one(_ map: Tensor) throws(ShapeError) -> Tensor {
        try map.detached().narrow(axis: 0, start: image, length: 1)
      }
      var ownScores: [Tensor] = [], ownCodes: [Tensor] = []
      for (score, code) in zip(scores, codes) {
        ownScores.append(try one(score))
        ownCodes.append(try one(code))
      }
      let proposals = try network.trainingSelection(scores: ownScores, codes: ownCodes, input: size, image: size)
      samples.append(
        try RegionSample(
          proposals, objects: targets[4].select(axis: 0, index: image), isRandom: isRandom,
          RandomStream(seed: bits &+ UInt64(image), purpose: "regions")))
    }
    let parts = try network.regions.classifier.losses(
      levels, samples, image: size, masks: targets.count > 6 ? targets[6] : nil)
    var sum = try objectness + anchorBoxes
    for part in parts { sum = try sum + part }
    return [sum] + parts + [objectness, anchorBoxes]
  }
}

extension FasterRCNN {
  /// The anchors of an input of this size, by level.
  func anchors(of size: ImageSize) throws(ShapeError) -> [Tensor] {
    try selection.anchors(grids: grids(of: size), input: size)
  }

  /// Proposals as training makes them: more than in use.
  func trainingSelection(
    scores: [Tensor], codes: [Tensor], input: ImageSize, image: ImageSize
  ) throws(ShapeError) -> Tensor {
    var settings = selection.settings
    settings.perLevel = settings.trainingPerLevel
    settings.total = settings.trainingTotal
    return try ProposalSelection(anchors: selection.anchors, settings: settings)(
      scores: scores, codes: codes, input: input, image: image)
  }
}
