import Imaging
import NeuralNetwork
import TensorCore

/// The regions of a picture that the second stage learns from: a balanced sample of the proposals and the objects' own boxes.
struct RegionSample {
  /// Corners `[R, 4]`.
  let regions: Tensor
  /// Classes, the background as 0.
  let labels: [Int]
  /// The object that each region is compared with; any where there is none.
  let objects: [Int]
  /// The codes that lead to it, `[R, 4]`.
  let codes: Tensor

  private static let perImage = 512
  private static let matcher = Matcher(high: 0.5, low: 0.5)
  private static let coder = RegionClassifier.coder

  /// A sample of proposals `[P, 4]` for objects `[G, 5]` (corners, class; -1 for none).
  init(_ proposals: Tensor, objects table: Tensor, isRandom: Bool, _ random: RandomStream) throws(ShapeError) {
    let values = try table.floats()
    let known = stride(from: 0, to: values.count, by: 5).filter { values[$0 + 4] >= 0 }
    let boxes = try Tensor(known.flatMap { values[$0..<$0 + 4] }, shape: [known.count, 4])
    let all = known.isEmpty ? proposals : try Tensor.concatenate([proposals, boxes], axis: 0)
    let matches = try Self.matcher(BoxOperators.iou(boxes, all)).integers()
    let classes = matches.map { $0 >= 0 ? Int(values[known[$0] + 4]) + 1 : 0 }
    let sampler = BalancedPositiveNegativeSampler(count: Self.perImage, positiveFraction: 0.25, isRandom: isRandom)
    let sample = try sampler(Tensor(classes, shape: [classes.count]), random: random)
    let rows = (sample.positives + sample.negatives).sorted()
    regions = try all.rows(rows)
    labels = rows.map { classes[$0] }
    objects = rows.map { max(matches[$0], 0) }
    // Codes of the background are never read.
    codes =
      known.isEmpty
      ? try .zeros([rows.count, 4]) : try Self.coder.encode(boxes.rows(objects), anchors: regions)
  }
}

extension RegionClassifier {
  /// The losses of classes and boxes, then of masks where they are learned, of the samples of each picture.
  func losses(
    _ levels: [Tensor], _ samples: [RegionSample], image: ImageSize, masks: Tensor?
  ) throws(ShapeError) -> [Tensor] {
    func level(_ index: Int) throws(ShapeError) -> [Tensor] {
      var own: [Tensor] = []
      for level in levels { own.append(try level.narrow(axis: 0, start: index, length: 1)) }
      return own
    }
    func pooled(_ pooler: any RegionPooler, _ regions: [Tensor]) throws(ShapeError) -> Tensor {
      var parts: [Tensor] = []
      for (index, own) in regions.enumerated() where own.shape[0] > 0 {
        parts.append(try pooler(level(index), regions: own, image: image))
      }
      // A region that weighs nothing, where there is none: every layer takes part in each step.
      if parts.isEmpty { parts.append(try pooler(level(0), regions: Self.whole(image), image: image)) }
      return try parts.count == 1 ? parts[0] : .concatenate(parts, axis: 0)
    }
    let labels = samples.flatMap(\.labels)
    let (scores, codes) = try boxHead(pooled(pooler, samples.map(\.regions)))
    let classes = scores.shape[1]
    guard !labels.isEmpty else { return [try scores.sum() * 0, try codes.sum() * 0] }
    let names = try CrossEntropyLoss()(scores, Tensor(labels, shape: [labels.count]))
    let positives = labels.indices.filter { labels[$0] > 0 }
    var parts = [names]
    if positives.isEmpty {
      parts.append(try codes.sum() * 0)
    } else {
      var wanted: [Tensor] = []
      for sample in samples { wanted.append(sample.codes) }
      let own = try codes.reshape([labels.count * classes, 4]).rows(positives.map { $0 * classes + labels[$0] })
      let target = try Tensor.concatenate(wanted, axis: 0).rows(positives)
      parts.append(try Losses.smoothL1(own, target, beta: 1 / 9, reduction: .sum) / Float(labels.count))
    }
    guard let maskHead, let masks else { return parts }
    var regions: [Tensor] = []
    for sample in samples { regions.append(try sample.regions.rows(sample.positives)) }
    let logits = try maskHead(pooled(finePooler, regions))
    guard !positives.isEmpty else { return parts + [try logits.sum() * 0] }
    let (height, width) = (logits.shape[2], logits.shape[3])
    let own = try logits.reshape([positives.count * classes, height, width])
      .rows(positives.enumerated().map { $0.offset * classes + labels[$0.element] })
    var targets: [Tensor] = []
    for (image, sample) in samples.enumerated() where !sample.positives.isEmpty {
      targets.append(
        try sample.masks(masks.select(axis: 0, index: image), regions[image], height: height, width: width))
    }
    return parts + [try Losses.binaryCrossEntropy(own, .concatenate(targets, axis: 0))]
  }

  private static func whole(_ image: ImageSize) throws(ShapeError) -> Tensor {
    try Tensor([0, 0, Float(image.width), Float(image.height)], shape: [1, 4])
  }
}

extension RegionSample {
  /// Regions with an object, in order.
  var positives: [Int] { labels.indices.filter { labels[$0] > 0 } }

  /// The masks of the objects of the positive regions `[P, 4]`, out of the picture's `[G, H, W]`: `[P, height, width]`, 0 to 1.
  fileprivate func masks(
    _ masks: Tensor, _ regions: Tensor, height: Int, width: Int
  ) throws(ShapeError) -> Tensor {
    let corners = try regions.floats()
    let boxes = positives.enumerated().flatMap { [Float(objects[$1])] + corners[4 * $0..<4 * $0 + 4] }
    let pixels = try masks.cast(to: .float32).unsqueeze(1)
    return try pixels.roiAlign(Tensor(boxes, shape: [regions.shape[0], 5]), outputSize: [height, width])
      .reshape([regions.shape[0], height, width])
  }
}
