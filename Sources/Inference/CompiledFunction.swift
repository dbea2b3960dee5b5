import Synchronization
import TensorCore

/// A function of one tensor, compiled anew for each shape of its input and run from then on through the plan.
///
/// A function that reads values while it runs cannot be compiled; it is then called as it is.
package final class CompiledFunction: Sendable {
  private enum Entry: Sendable {
    case plan(Plan)
    case eager
  }

  private let function: @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  private let parameter: @Sendable (String) throws(ShapeError) -> Tensor
  private let weights: PackedWeights
  private let passes: GraphPasses
  private let precision: Precision
  private let memory = PlanMemory()
  /// By the shape of the input, the last one used at the end.
  private let plans = Mutex<[(shape: [Int], entry: Entry)]>([])
  /// Plans kept; the one not used for longest is forgotten, as images of very many sizes would fill the memory.
  private static let mostPlans = 16

  /// Compiles `function` when it is first called; `parameter` gives the values of a parameter by its path, `release` is told of
  /// those that are not needed any more, until they are asked for again; `passes` are what
  /// the graph goes through, `precision` is that of products; `keeper` keeps packed weights for the next start.
  package init(
    parameter: @escaping @Sendable (String) throws(ShapeError) -> Tensor,
    release: @escaping @Sendable (String) -> Void = { _ in }, passes: GraphPasses = .all,
    precision: Precision = .fp32, keeper: (any PackedKeeper)? = nil,
    _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) {
    self.parameter = parameter
    weights = PackedWeights(release: release, keeper: keeper)
    self.passes = passes
    self.precision = precision
    self.function = function
  }

  /// The function's results. Throws what it throws, and where memory cannot be had.
  package func callAsFunction(_ input: Tensor) throws(ShapeError) -> [Tensor] {
    switch try entry(for: input.spec) {
    case .plan(let plan): return try plan.run([input])
    case .eager: return try function(input)
    }
  }

  /// The plan for inputs of this kind; nil where the function cannot be compiled.
  package func plan(for spec: TensorSpec) throws(ShapeError) -> Plan? {
    if case .plan(let plan) = try entry(for: spec) { return plan }
    return nil
  }

  private func entry(for spec: TensorSpec) throws(ShapeError) -> Entry {
    if let known = plans.withLock({ Self.known(spec.shape, in: &$0) }) { return known }
    let entry = try compile(spec)
    return plans.withLock { plans in
      if let known = Self.known(spec.shape, in: &plans) { return known }
      if plans.count >= Self.mostPlans { plans.removeFirst() }
      plans.append((spec.shape, entry))
      return entry
    }
  }

  private static func known(_ shape: [Int], in plans: inout [(shape: [Int], entry: Entry)]) -> Entry? {
    guard let place = plans.firstIndex(where: { $0.shape == shape }) else { return nil }
    let found = plans.remove(at: place)
    plans.append(found)
    return found.entry
  }

  private func compile(_ spec: TensorSpec) throws(ShapeError) -> Entry {
    guard spec.dtype == .float32, spec.count > 0 else { return .eager }
    let recording = Recording()
    do throws(ShapeError) {
      let outputs = try recording.run(inputs: [spec]) { inputs throws(ShapeError) in try function(inputs[0]) }
      guard recording.values.allSatisfy({ $0.spec.dtype != .bfloat16 && $0.spec.dtype != .float16 }),
        recording.values.allSatisfy({ $0.spec.count > 0 })
      else { return .eager }
      var graph = Graph(recording, outputs: outputs, parameter: parameter)
      if passes.contains(.constants) { try graph.foldConstants() }
      if passes.contains(.patches) { try graph.mergePatches() }
      if passes.contains(.attention) { try graph.arrangeAttention() }
      if passes.contains(.rows) { try graph.joinRowMoves() }
      if passes.contains(.epilogues) { try graph.fuseEpilogues() }
      if passes.contains(.parts) { graph.cutBatch() }
      graph.takesBands = passes.contains(.bands)
      return .plan(try Lowering.plan(graph, weights: weights, memory: memory, precision: precision))
    } catch {
      if error.kind == .capture { return .eager }
      throw error
    }
  }
}
