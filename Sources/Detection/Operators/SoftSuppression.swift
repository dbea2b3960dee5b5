import CKernels
import Imaging
import TensorCore

/// How soft non-maximum suppression lowers the scores of boxes that overlap a better one.
public enum SuppressionDecay: Sendable, Hashable {
  /// Times 1 - overlap, where the overlap (intersection over union, 0 to 1) is more than `iou`.
  case linear(iou: Float)
  /// Times exp(-overlap^2 / sigma); `sigma` is positive, 0.5 in the paper.
  case gaussian(sigma: Float)
}

extension NonMaximumSuppression {
  /// Soft suppression: boxes that overlap a better one lose score rather than go. Bodla et al. 2017, arXiv 1704.04503.
  ///
  /// Returns indices and lowered scores, best first; boxes whose score falls below `minimumScore` are dropped, and so are
  /// those whose numbers are none. Of equal scores the first box counts as better.
  public static func soft(
    boxes: [Box], scores: [Float], decay: SuppressionDecay = .gaussian(sigma: 0.5), minimumScore: Float = 0.001
  ) -> [(index: Int, score: Float)] {
    precondition(boxes.count == scores.count, "a score for every box")
    let sound = boxes.indices.filter { boxes[$0].isFinite && !scores[$0].isNaN }
    guard !sound.isEmpty else { return [] }
    let corners = sound.flatMap { [boxes[$0].x1, boxes[$0].y1, boxes[$0].x2, boxes[$0].y2] }
    var threshold: Float = 0, sigma: Float = 0
    switch decay {
    case .linear(let iou): threshold = iou
    case .gaussian(let width): sigma = max(width, .leastNormalMagnitude)
    }
    var kept = [Int32](repeating: 0, count: sound.count), lowered = [Float](repeating: 0, count: sound.count)
    var taken = 0
    Workspace.withFloats(vk_nms_workspace(sound.count)) { workspace in
      taken = vk_soft_nms(
        corners, sound.map { scores[$0] }, sound.count, threshold, sigma, minimumScore, &kept, &lowered, workspace)
    }
    return (0..<taken).map { (sound[Int(kept[$0])], lowered[$0]) }
  }
}
