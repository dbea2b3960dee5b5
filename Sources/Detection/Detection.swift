import Imaging

/// One object found in a picture.
public struct Detection: Sendable, Equatable {
  /// The class's name.
  public var label: String
  /// Zero-based index in the model's label list.
  public var classIndex: Int
  /// Confidence, 0 to 1.
  public var score: Float
  /// Where it is, in pixels of the upright original; may reach past its edges unless clipped.
  public var box: Box
  /// Its pixels in the upright original, where the network finds them.
  public var mask: Mask?
  /// Its keypoints in pixels of the upright original; empty where the network finds none.
  public var keypoints: [Keypoint]

  /// A detection.
  public init(
    label: String, classIndex: Int, score: Float, box: Box, mask: Mask? = nil, keypoints: [Keypoint] = []
  ) {
    self.label = label
    self.classIndex = classIndex
    self.score = score
    self.box = box
    self.mask = mask
    self.keypoints = keypoints
  }
}

/// What is kept of the candidates.
public struct DetectionSettings: Sendable, Equatable {
  /// Least score, 0 to 1.
  public var confidence: Float
  /// Two boxes of a class that overlap by more than this intersection over union, 0 to 1, count as one object; nil: the network's own bound.
  public var iou: Float?
  /// Most detections an image, the best scored first.
  public var maximumDetections: Int
  /// Whether boxes are cut at the picture's edges.
  public var clip: Bool

  /// The defaults of the command line.
  public init(confidence: Float = 0.25, iou: Float? = nil, maximumDetections: Int = 100, clip: Bool = false) {
    self.confidence = confidence
    self.iou = iou
    self.maximumDetections = maximumDetections
    self.clip = clip
  }
}
