import Imaging
import Models
import TensorCore

/// What of its detections a torchvision detector gives.
public struct DetectionThresholds: Sendable, Hashable {
  /// Scores above this, 0 to 1.
  public var score: Float
  /// Of two boxes of a class that overlap by more than this intersection over union the better one.
  public var iou: Float
  /// Most detections an image.
  public var detections: Int

  /// Thresholds; by default those of most of torchvision's detectors.
  public init(score: Float = 0.05, iou: Float = 0.5, detections: Int = 100) {
    self.score = score
    self.iou = iou
    self.detections = detections
  }
}

/// The objects of one image, best first.
public struct ImageResult: Sendable {
  /// Corners `[D, 4]` in pixels of the image that was given.
  public var boxes: Tensor
  /// Labels, as the network counts them: 0 is the background and never given.
  public var labels: [Int]
  /// Scores, 0 to 1.
  public var scores: [Float]
  /// The probability of the objects' pixels on a grid over their boxes, `[D, 28, 28]`; nil where the network finds no masks.
  public var masks: Tensor?
  /// Keypoints `[D, K, 3]` (x, y, and 1 for visible) in pixels of the image; nil where the network finds none.
  public var keypoints: Tensor?
  /// The keypoints' scores `[D, K]`, unbounded.
  public var keypointScores: Tensor?

  /// A result.
  public init(
    boxes: Tensor, labels: [Int], scores: [Float], masks: Tensor? = nil, keypoints: Tensor? = nil,
    keypointScores: Tensor? = nil
  ) {
    self.boxes = boxes
    self.labels = labels
    self.scores = scores
    self.masks = masks
    self.keypoints = keypoints
    self.keypointScores = keypointScores
  }
}

/// A detector as torchvision builds them: one image of any size in 0 to 1 goes in, it is normalised, resized and padded
/// inside, and what comes out has been through the postprocessing.
public protocol TorchvisionDetector: DetectionNetwork {
  /// torchvision's own thresholds for this network.
  var thresholds: DetectionThresholds { get }
  /// Whether torchvision's dictionary has the labels before the scores.
  var listsLabelsFirst: Bool { get }
  /// Whether it finds masks.
  var findsMasks: Bool { get }
  /// The objects in an image `[1, 3, H, W]` in 0 to 1, with the network's parts run by `parts`.
  func detect(
    image: Tensor, _ thresholds: DetectionThresholds, _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult
}

extension TorchvisionDetector {
  /// The objects in an image `[1, 3, H, W]` in 0 to 1.
  public func detect(image: Tensor, _ thresholds: DetectionThresholds) throws(ShapeError) -> ImageResult {
    try detect(image: image, thresholds, PlainParts())
  }

  /// Most find none.
  public var findsMasks: Bool { false }

  /// Two-stage detectors do.
  public var listsLabelsFirst: Bool { true }

  /// torchvision's dictionary for one image `[1, 3, H, W]`, by its thresholds: `boxes` `[D, 4]`, `labels` int64 `[D]`, `scores`
  /// `[D]`, and where the network has them `masks` `[D, 1, H, W]`, `keypoints` `[D, K, 3]`, `keypoints_scores` `[D, K]`.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    let found = try detect(image: input, thresholds), count = found.labels.count
    let labels = NamedTensor("labels", try Tensor(found.labels, shape: [count]))
    let scores = NamedTensor("scores", try Tensor(found.scores, shape: [count]))
    var outputs = [NamedTensor("boxes", found.boxes)] + (listsLabelsFirst ? [labels, scores] : [scores, labels])
    if let masks = found.masks {
      let size = ImageSize(width: input.shape[3], height: input.shape[2])
      outputs.append(NamedTensor("masks", try SoftMask.paste(masks, into: found.boxes, of: size)))
    }
    if let keypoints = found.keypoints { outputs.append(NamedTensor("keypoints", keypoints)) }
    if let scores = found.keypointScores { outputs.append(NamedTensor("keypoints_scores", scores)) }
    return outputs
  }

  /// The objects of at least the settings' confidence in each image of a batch `[N, 3, H, W]`; overlaps are judged by the
  /// network's own bound where the settings name none.
  public func detect(_ input: Tensor, _ settings: DetectionSettings) throws(ShapeError) -> [[DetectionCandidate]] {
    guard input.rank == 4 else {
      throw ShapeError(.shape, "detection", "the input must be [N, 3, H, W]", shapes: input.shape)
    }
    var wanted = thresholds
    // These networks take what is above a score, the settings what reaches it.
    wanted.score = settings.confidence.nextDown
    wanted.iou = settings.iou ?? wanted.iou
    wanted.detections = settings.maximumDetections
    var results: [[DetectionCandidate]] = []
    for index in 0..<input.shape[0] {
      let image = try input.narrow(axis: 0, start: index, length: 1)
      results.append(try detect(image: image, wanted).candidates())
    }
    return results
  }
}

extension ImageResult {
  /// The objects one by one. Those whose boxes are not finite are left out.
  func candidates() throws(ShapeError) -> [DetectionCandidate] {
    let corners = try boxes.floats()
    let points = try keypoints?.floats() ?? [], pointScores = try keypointScores?.floats() ?? []
    let each = labels.isEmpty ? 0 : pointScores.count / labels.count
    var found: [DetectionCandidate] = []
    for index in labels.indices {
      let at = 4 * index
      let box = Box(x1: corners[at], y1: corners[at + 1], x2: corners[at + 2], y2: corners[at + 3])
      guard box.isFinite else { continue }
      let mask = try masks?.select(axis: 0, index: index)
      found.append(
        DetectionCandidate(
          box: box, classIndex: labels[index], score: scores[index],
          mask: mask.map { SoftMask(probabilities: $0) },
          keypoints: (index * each..<(index + 1) * each).map {
            Keypoint(x: points[3 * $0], y: points[3 * $0 + 1], score: pointScores[$0])
          }))
    }
    return found
  }
}
