import Augmentation
import Classification
import Imaging
import Models
import TensorCore

/// Where a network sees a class in a picture, and how sure it is.
public struct Explanation: Sendable {
  /// The class that is explained.
  public let prediction: Prediction
  /// The most probable classes.
  public let predictions: [Prediction]
  /// The maps of evidence, over the input.
  public let maps: [GradCAM.Map]
  /// The evidence over the picture.
  public let evidence: Evidence

  /// The evidence for class `wanted`, or for the most probable one, in a prepared picture. Throws `ShapeError`: the network
  /// has no such class, no scores, or no maps of features.
  public init(_ loaded: LoadedModel, _ input: PreparedImage, wanted: Int?, top: Int) throws {
    let isDetector = loaded.task == .detection
    func rows(_ outputs: [NamedTensor]) throws(ShapeError) -> Tensor {
      guard let scores = outputs.first?.tensor, scores.rank == (isDetector ? 3 : 2), !isDetector || scores.shape[2] > 5
      else {
        throw ShapeError(.argument, "explain", "\(loaded.id) gives no scores of classes; classifiers and YOLOX do")
      }
      return scores
    }
    func probabilities(_ outputs: [NamedTensor]) throws(ShapeError) -> (Tensor, [Float]) {
      let scores = try rows(outputs)
      guard isDetector else { return (scores, try scores.detached().softmax(axis: 1).floats()) }
      // A box's score is its objectness times its class: of each class the best box counts.
      let classes = try scores.narrow(axis: 2, start: 5, length: scores.shape[2] - 5)
      let boxes = try classes * scores.narrow(axis: 2, start: 4, length: 1)
      let best = try boxes.max(axes: [1])
      return (best, try best.detached().floats())
    }
    var found: [Float] = [], chosen = 0
    let (_, maps) = try GradCAM.maps(loaded.network, input: Tensor(batch: [input])) { outputs throws(ShapeError) in
      let (scores, values) = try probabilities(outputs)
      found = values
      chosen = wanted ?? values.indices.max { values[$0] < values[$1] } ?? 0
      guard values.indices.contains(chosen) else {
        throw ShapeError(.argument, "explain", "there is no class \(chosen); \(loaded.id) has \(values.count)")
      }
      return try scores.narrow(axis: 1, start: chosen, length: 1).sum()
    }
    let known = found
    func prediction(_ index: Int) -> Prediction {
      Prediction(
        label: loaded.labels.indices.contains(index) ? loaded.labels[index] : "class \(index)", classIndex: index,
        score: known[index])
    }
    self.prediction = prediction(chosen)
    predictions = known.indices.sorted { known[$0] != known[$1] ? known[$0] > known[$1] : $0 < $1 }
      .prefix(top).map(prediction)
    self.maps = maps
    evidence = Evidence(maps, input.placement, inputWidth: input.width, inputHeight: input.height)
  }
}
