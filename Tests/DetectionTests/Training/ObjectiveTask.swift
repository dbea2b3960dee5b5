import Detection
import Imaging
import NeuralNetwork
import TensorCore
import Training

/// An objective as a task, for one step.
struct ObjectiveTask: TrainingTask {
  let objective: any DetectionObjective
  let parameters: ParameterStore

  init(_ objective: any DetectionObjective, _ parameters: ParameterStore) {
    self.objective = objective
    self.parameters = parameters
  }

  struct NotHere: Error {}
  func item(from sample: Sample) throws -> TrainingItem { throw NotHere() }
  func item(augmented sample: Sample) throws -> TrainingItem { throw NotHere() }
  func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor] { throw NotHere() }
  func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    try objective.losses(for: tensors[0], Array(tensors.dropFirst()))
  }
  func makeScore() -> any TrainingScore { DetectionScore(labels: []) }
  func predict(_ items: [TrainingItem], into score: any TrainingScore) throws {}
  func weightsChanged() {}
}
