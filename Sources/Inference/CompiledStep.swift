import Synchronization
import TensorCore

/// What a step of training computes.
package struct StepResults: Sendable {
  /// The loss.
  package var loss: Tensor
  /// What else is of interest, such as scores.
  package var outputs: [Tensor]
  /// The loss's gradients by parameters, by path.
  package var gradients: [String: Tensor]
  /// New values of buffers, by path.
  package var updates: [String: Tensor]

  package init(
    loss: Tensor, outputs: [Tensor] = [], gradients: [String: Tensor], updates: [String: Tensor] = [:]
  ) {
    self.loss = loss
    self.outputs = outputs
    self.gradients = gradients
    self.updates = updates
  }
}

/// A step of training, forward and backward, compiled anew for each set of input shapes and run from then on through the plan.
///
/// Parameters that change from step to step are read anew each time; the others (frozen ones) are packed once.
package final class CompiledStep: Sendable {
  private struct Compiled: Sendable {
    let plan: Plan
    let parameters: [String]
    /// What the plan's outputs are, in order: the loss, others, gradients, updates.
    let outputs: Int
    let gradients: [String], updates: [String]
  }
  private enum Entry: Sendable {
    case plan(Compiled)
    case eager
  }

  private let function: @Sendable ([Tensor]) throws(ShapeError) -> StepResults
  private let parameter: @Sendable (String) throws(ShapeError) -> Tensor
  private let changes: @Sendable (String) -> Bool
  private let precision: Precision
  private let weights = PackedWeights()
  private let memory = PlanMemory()
  private let entries = Mutex<[[TensorSpec]: Entry]>([:])
  private static let mostPlans = 4

  /// Compiles `function` when it is first called; `parameter` gives the present values of a parameter by its path, `changes`
  /// says whether they are others at the next call; `precision` is that of products.
  package init(
    parameter: @escaping @Sendable (String) throws(ShapeError) -> Tensor,
    changes: @escaping @Sendable (String) -> Bool = { _ in true }, precision: Precision = .fp32,
    _ function: @escaping @Sendable ([Tensor]) throws(ShapeError) -> StepResults
  ) {
    self.parameter = parameter
    self.changes = changes
    self.precision = precision
    self.function = function
  }

  /// The step's results. Throws what the function throws, and where memory cannot be had.
  package func callAsFunction(_ inputs: [Tensor]) throws(ShapeError) -> StepResults {
    guard case .plan(let compiled) = try entry(for: inputs.map(\.spec)) else { return try function(inputs) }
    var tensors = inputs
    for path in compiled.parameters { tensors.append(try parameter(path)) }
    let results = try compiled.plan.run(tensors)
    let first = 1 + compiled.outputs, second = first + compiled.gradients.count
    return StepResults(
      loss: results[0], outputs: Array(results[1..<first]),
      gradients: Dictionary(uniqueKeysWithValues: zip(compiled.gradients, results[first..<second])),
      updates: Dictionary(uniqueKeysWithValues: zip(compiled.updates, results[second...])))
  }

  /// The plan for inputs of these kinds; nil where the step cannot be compiled.
  package func plan(for specs: [TensorSpec]) throws(ShapeError) -> Plan? {
    if case .plan(let compiled) = try entry(for: specs) { return compiled.plan }
    return nil
  }

  /// What each step of the plan takes in one run; nil where the step cannot be compiled.
  package func profile(_ inputs: [Tensor]) throws(ShapeError) -> [StepTime]? {
    guard case .plan(let compiled) = try entry(for: inputs.map(\.spec)) else { return nil }
    var tensors = inputs
    for path in compiled.parameters { tensors.append(try parameter(path)) }
    return try compiled.plan.profile(tensors)
  }

  private func entry(for specs: [TensorSpec]) throws(ShapeError) -> Entry {
    if let known = entries.withLock({ $0[specs] }) { return known }
    let entry = try compile(specs)
    entries.withLock {
      if $0.count >= Self.mostPlans { $0.removeAll() }
      $0[specs] = entry
    }
    return entry
  }

  private func compile(_ specs: [TensorSpec]) throws(ShapeError) -> Entry {
    guard specs.allSatisfy({ $0.count > 0 }) else { return .eager }
    let recording = Recording()
    do throws(ShapeError) {
      let results = try recording.run(inputs: specs) { inputs throws(ShapeError) in try function(inputs) }
      guard recording.values.allSatisfy({ $0.spec.dtype != .bfloat16 && $0.spec.dtype != .float16 }),
        recording.values.allSatisfy({ $0.spec.count > 0 })
      else { return .eager }
      let gradients = results.gradients.keys.sorted(), updates = results.updates.keys.sorted()
      let outputs =
        [results.loss] + results.outputs + gradients.compactMap { results.gradients[$0] }
        + updates.compactMap { results.updates[$0] }
      var graph = Graph(recording, outputs: outputs, changes: changes, parameter: parameter)
      try graph.foldConstants()
      try graph.fuseEpilogues()
      graph.fuseRectifierGradients()
      let plan = try Lowering.plan(graph, weights: weights, memory: memory, precision: precision)
      return .plan(
        Compiled(
          plan: plan, parameters: graph.changingPaths, outputs: results.outputs.count, gradients: gradients,
          updates: updates))
    } catch {
      if error.kind == .capture { return .eager }
      throw error
    }
  }
}
