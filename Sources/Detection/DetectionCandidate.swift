import Imaging
import TensorCore

/// An object as a network gives it: a box in pixels of its input, a class, a score, and what else it knows of it.
public struct DetectionCandidate: Sendable {
  /// Corners in pixels of the network's input.
  public var box: Box
  /// Zero-based class.
  public var classIndex: Int
  /// Confidence, 0 to 1.
  public var score: Float
  /// Its mask, where the network finds one.
  public var mask: SoftMask?
  /// Its keypoints in pixels of the network's input; empty where the network finds none.
  public var keypoints: [Keypoint]

  /// A candidate.
  public init(box: Box, classIndex: Int, score: Float, mask: SoftMask? = nil, keypoints: [Keypoint] = []) {
    self.box = box
    self.classIndex = classIndex
    self.score = score
    self.mask = mask
    self.keypoints = keypoints
  }
}

/// The probability of an object's pixels on a small grid over its box: what mask heads give.
public struct SoftMask: Sendable {
  /// `[h, w]`, 0 to 1; stretched over the candidate's box.
  public let probabilities: Tensor

  /// A mask of `[h, w]` probabilities.
  public init(probabilities: Tensor) { self.probabilities = probabilities }
}

/// A named point of an object, such as its left elbow.
public struct Keypoint: Sendable, Equatable {
  /// Pixels from the left edge.
  public var x: Float
  /// Pixels from the upper edge.
  public var y: Float
  /// The network's score, unbounded; above 0 is likely visible.
  public var score: Float

  /// A keypoint.
  public init(x: Float, y: Float, score: Float) {
    self.x = x
    self.y = y
    self.score = score
  }
}
