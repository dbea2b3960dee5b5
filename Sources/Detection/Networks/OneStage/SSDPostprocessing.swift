import Imaging
import TensorCore

/// How SSD gets from the outputs of its head to detections: of every class the best scored default boxes are decoded, and then
/// thinned out.
package struct SSDPostprocessing: Sendable, Hashable {
  /// Most boxes of a class.
  package var candidates: Int

  /// So many boxes of a class.
  package init(candidates: Int) { self.candidates = candidates }

  /// The detections in the first image of a batch, in pixels of the network's input of this size: logits `[N, A, classes]`, class 0
  /// the background, corrections `[N, A, 4]`, default boxes `[A, 4]`.
  package func callAsFunction(
    logits: Tensor, corrections: Tensor, boxes: Tensor, size: ImageSize, thresholds: DetectionThresholds
  ) throws(ShapeError) -> ImageResult {
    let scores = try logits.select(axis: 0, index: 0).softmax(axis: 1).permute([1, 0])
    let classes = scores.shape[0], anchors = scores.shape[1]
    let choices = scores.withUnsafeBytes { bytes in
      let all = bytes.bindMemory(to: Float.self)
      return (1..<max(classes, 1)).flatMap { label in
        ScoreSelection.best(
          candidates, of: UnsafeBufferPointer(rebasing: all[label * anchors..<(label + 1) * anchors]),
          above: thresholds.score
        ).map { ChosenBoxes.Choice(anchor: $0.index, label: label, score: $0.score) }
      }
    }
    let coder = BoxCoder(x: 10, y: 10, width: 5, height: 5)
    var chosen = ChosenBoxes()
    try chosen.add(
      choices, corrections: corrections.select(axis: 0, index: 0), anchors: boxes, size: size,
      decode: { corrections, anchors throws(ShapeError) in try coder.decode(corrections, anchors: anchors) })
    return try chosen.suppressed(thresholds)
  }
}
