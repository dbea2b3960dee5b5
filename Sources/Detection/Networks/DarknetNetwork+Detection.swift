import Imaging
import Models
import TensorCore

extension DarknetNetwork: DenseDetectionNetwork {
  /// Every class of every box that reaches the confidence, as darknet counts them: score = objectness x class probability.
  public func candidates(
    in outputs: [NamedTensor], image index: Int, inputSize: ImageSize, confidence: Float
  ) throws(ShapeError) -> [DetectionCandidate] {
    var found: [DetectionCandidate] = []
    for output in outputs {
      let rows = output.tensor
      guard rows.rank == 3, rows.shape[2] > 5, index >= 0, index < rows.shape[0] else {
        throw ShapeError(
          .shape, "darknet", "output \(output.name) of shape \(rows.shape) is not that of a detection head")
      }
      let count = rows.shape[1], width = rows.shape[2]
      rows.withUnsafeBytes { bytes in
        let values = bytes.bindMemory(to: Float.self)
        for row in 0..<count {
          let start = (index * count + row) * width
          // A probability is at most 1, so most boxes are settled by their objectness.
          guard values[start + 4] >= confidence else { continue }
          let box = Box(
            centerX: values[start], centerY: values[start + 1], width: values[start + 2], height: values[start + 3]
          )
          .scaled(x: Float(inputSize.width), y: Float(inputSize.height))
          guard box.isFinite else { continue }
          for column in 5..<width where values[start + column] >= confidence {
            found.append(DetectionCandidate(box: box, classIndex: column - 5, score: values[start + column]))
          }
        }
      }
    }
    return found
  }
}
