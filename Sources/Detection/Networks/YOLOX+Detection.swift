import Imaging
import Models
import TensorCore

extension YOLOX: DenseDetectionNetwork {
  /// The best class of every grid cell: score = objectness x class probability, as in the official postprocessing.
  public func candidates(
    in outputs: [NamedTensor], image index: Int, inputSize: ImageSize, confidence: Float
  ) throws(ShapeError) -> [DetectionCandidate] {
    guard let rows = outputs.first?.tensor, rows.rank == 3, rows.shape[2] > 5, index >= 0, index < rows.shape[0] else {
      throw ShapeError(.shape, "yolox", "the outputs are not those of this network")
    }
    let count = rows.shape[1], width = rows.shape[2]
    var found: [DetectionCandidate] = []
    rows.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      for row in 0..<count {
        let start = (index * count + row) * width
        let objectness = values[start + 4]
        // A probability is at most 1, so most cells are settled by their objectness.
        guard objectness >= confidence else { continue }
        var best = start + 5
        for column in start + 6..<start + width where values[column] > values[best] { best = column }
        let score = objectness * values[best]
        let box = Box(
          centerX: values[start], centerY: values[start + 1], width: values[start + 2], height: values[start + 3])
        guard score >= confidence, box.isFinite else { continue }
        found.append(DetectionCandidate(box: box, classIndex: best - start - 5, score: score))
      }
    }
    return found
  }
}
