import NeuralNetwork
import TensorCore

/// What a step computed: nothing has been changed yet.
package struct StepResult: Sendable {
  /// The loss first, then what else the task gave.
  package let losses: [Tensor]
  /// By the path of the parameter.
  package let gradients: [String: Tensor]
  /// New values of buffers.
  package let updates: [(parameter: Parameter, value: Tensor)]
}

/// Runs the forward and the backward pass of a task.
package struct StepRunner: Sendable {
  private let task: any TrainingTask
  private let seed: UInt64
  private let trains: @Sendable (String) -> Bool

  /// A runner that trains the parameters for whose paths `trains` says so.
  package init(_ task: any TrainingTask, seed: UInt64, trains: @escaping @Sendable (String) -> Bool) {
    self.task = task
    self.seed = seed
    self.trains = trains
  }

  /// The gradients of step number `step`.
  package func callAsFunction(_ tensors: [Tensor], step: Int) throws(ShapeError) -> StepResult {
    let phase = TrainingPhase(
      randomness: try TrainingPhase.randomness(seed: seed, step: step), trains: trains)
    let tape = phase.makeTape()
    let losses = try phase.run(tape) { () throws(ShapeError) in try task.losses(for: tensors) }
    let gradients = try tape.gradients(of: losses[0])
    return StepResult(
      losses: losses.map { $0.detached() }, gradients: gradients.parameters, updates: phase.updates)
  }
}
