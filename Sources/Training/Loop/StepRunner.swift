import Inference
import NeuralNetwork
import TensorCore

/// Runs the forward and the backward pass of a task, compiled for each shape of batch.
package struct StepRunner: Sendable {
  private let step: CompiledStep
  private let seed: UInt64

  /// A runner that trains the parameters at `trained`.
  package init(_ task: any TrainingTask, seed: UInt64, trained: Set<String>) {
    self.seed = seed
    let store = task.parameters
    // The statistics of a norm that is trained move too.
    let buffers = Set(
      store.parameters.filter { $0.kind != .trainable && trained.contains(Self.norm(of: $0.path)) }.map(\.path))
    step = CompiledStep(
      parameter: { path throws(ShapeError) in try task.value(at: path) },
      changes: { trained.contains($0) || buffers.contains($0) }, precision: store.precision
    ) { inputs throws(ShapeError) in
      // What random layers draw from comes last.
      let phase = TrainingPhase(randomness: inputs[inputs.count - 1], trains: trained.contains)
      let tape = phase.makeTape()
      let losses = try phase.run(tape) { () throws(ShapeError) in try task.losses(for: inputs.dropLast()) }
      var updates: [String: Tensor] = [:]
      for update in phase.updates { updates[update.parameter.path] = update.value }
      return StepResults(
        loss: losses[0].detached(), outputs: losses.dropFirst().map { $0.detached() },
        gradients: try tape.gradients(of: losses[0]).parameters, updates: updates)
    }
  }

  private static func norm(of path: String) -> String {
    (path.lastIndex(of: ".").map { String(path[...$0]) } ?? "") + "weight"
  }

  /// The loss and the gradients of step number `number`; nothing is changed yet.
  package func callAsFunction(_ tensors: [Tensor], step number: Int) throws(ShapeError) -> StepResults {
    try step(tensors + [TrainingPhase.randomness(seed: seed, step: number)])
  }
}
