import Imaging
import TensorCore

/// How RetinaNet and FCOS get from the outputs of their heads to detections: of every level the best scored pairs of anchor and
/// class are decoded, and then thinned out together.
package struct PyramidPostprocessing: Sendable, Hashable {
  /// Most pairs of a level.
  package var candidates = 1000

  /// With torchvision's number of candidates, or another.
  package init(candidates: Int = 1000) { self.candidates = candidates }

  /// The detections in the first image of a batch, in pixels of the network's input; `size` is the image's without padding.
  package func callAsFunction(
    _ levels: [PyramidHead.Output], anchors: [Tensor], size: ImageSize, thresholds: DetectionThresholds,
    decode: ChosenBoxes.Decoder
  ) throws(ShapeError) -> ImageResult {
    guard levels.count == anchors.count else {
      throw ShapeError(.shape, "detection", "anchors of \(anchors.count) levels for \(levels.count)")
    }
    var chosen = ChosenBoxes()
    for (level, anchors) in zip(levels, anchors) {
      let scores = try level.scores(), classes = scores.shape[2], pairs = scores.shape[1] * classes
      let best = scores.withUnsafeBytes { bytes in
        let all = bytes.bindMemory(to: Float.self)
        return ScoreSelection.best(
          candidates, of: UnsafeBufferPointer(rebasing: all[..<min(pairs, all.count)]), above: thresholds.score)
      }
      try chosen.add(
        best.map { .init(anchor: $0.index / classes, label: $0.index % classes, score: $0.score) },
        corrections: level.corrections.select(axis: 0, index: 0), anchors: anchors, size: size, decode: decode)
    }
    return try chosen.suppressed(thresholds)
  }
}

extension PyramidHead.Output {
  /// The classes' probabilities, 0 to 1: where the head guesses the centerness, their geometric mean with that.
  fileprivate func scores() throws(ShapeError) -> Tensor {
    let scores = try logits.sigmoid()
    guard let centerness else { return scores }
    return try (scores * centerness.sigmoid()).sqrt()
  }
}
