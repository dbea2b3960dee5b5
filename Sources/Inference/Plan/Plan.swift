import TensorCore

/// A function compiled for inputs of fixed shapes: steps over one arena of memory, each a kernel call.
package final class Plan: Sendable {
  /// One kernel call.
  struct Step: Sendable {
    /// What it does and how, such as `convolution F(4x4)`.
    let algorithm: String
    /// The layer that it belongs to.
    let layer: String
    /// Blocks of the arena that it reads or writes.
    let blocks: [Int]
    /// Products summed.
    let multiplyAdds: Int
    /// Packed weights that it reads.
    let weights: PackedFloats?
    /// A block that it may write into another's place, which it reads element by element before.
    let overwrites: Overwriting?
    let run: @Sendable (Frame) -> Void
  }

  /// Blocks of the arena, of which one may lie where the other does.
  struct Overwriting: Sendable {
    let old: Int, new: Int
  }

  let steps: [Step]
  private let arena: Arena
  private let outputs: [TensorSpec]
  private let inputs: [TensorSpec]
  private let memory: PlanMemory
  /// For each step the weights of the next one that has some: they are fetched while it runs.
  private let ahead: [PackedFloats?]

  init(steps: [Step], blockSizes: [Int], inputs: [TensorSpec], outputs: [TensorSpec], memory: PlanMemory) {
    self.memory = memory
    self.steps = steps
    self.inputs = inputs
    self.outputs = outputs
    var blocks = blockSizes.map { Arena.Block(bytes: $0, first: Int.max, last: -1) }
    for (index, step) in steps.enumerated() {
      for block in step.blocks {
        blocks[block].first = min(blocks[block].first, index)
        blocks[block].last = max(blocks[block].last, index)
      }
    }
    // Where nothing wants the old value any more, and nothing had the new one's place before.
    var shared: [Arena.Shared] = []
    for (index, step) in steps.enumerated() {
      guard let pair = step.overwrites, pair.old != pair.new, blocks[pair.old].last == index,
        blocks[pair.new].first == index, blocks[pair.old].bytes == blocks[pair.new].bytes
      else { continue }
      shared.append(Arena.Shared(block: pair.new, with: pair.old))
    }
    arena = Arena(blocks, shared: shared)
    var ahead: [PackedFloats?] = [], next: PackedFloats?
    for step in steps.reversed() {
      ahead.append(next)
      next = step.weights ?? next
    }
    self.ahead = ahead.reversed()
  }

  /// Bytes of the arena.
  package var arenaBytes: Int { arena.byteCount }

  /// Runs the plan. Throws where the inputs are not of the shapes it was made for, or memory cannot be had.
  package func run(_ tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    try run(tensors) { steps, frame in
      for (index, step) in steps.enumerated() {
        frame.ahead = ahead[index]
        step.run(frame)
      }
    }
  }

  func run(_ tensors: [Tensor], _ body: ([Step], Frame) -> Void) throws(ShapeError) -> [Tensor] {
    guard tensors.map(\.spec) == inputs else {
      throw ShapeError(.shape, "plan", "made for \(inputs), the input is \(tensors.map(\.spec))")
    }
    var results: [Tensor] = []
    for spec in outputs { results.append(try Tensor(uninitialized: spec, operation: "plan")) }
    let storage = try memory.arena(byteCount: arena.byteCount)
    let frame = Frame(
      arena: storage.pointer, offsets: arena.offsets,
      inputs: tensors.map { UnsafeMutableRawPointer(mutating: $0.view.pointer) },
      outputs: results.map(\.mutableView.pointer), spaces: memory.spaces)
    body(steps, frame)
    withExtendedLifetime((tensors, results)) {}
    memory.giveBack(storage)
    return results
  }

  /// What each step took in one run, in order.
  package func profile(_ tensors: [Tensor]) throws(ShapeError) -> [StepTime] {
    var times: [StepTime] = []
    _ = try run(tensors) { steps, frame in
      for (index, step) in steps.enumerated() {
        frame.ahead = ahead[index]
        let seconds = ContinuousClock().measure { step.run(frame) } / .seconds(1)
        times.append(
          StepTime(algorithm: step.algorithm, layer: step.layer, seconds: seconds, multiplyAdds: step.multiplyAdds))
      }
    }
    return times
  }
}

/// What one step of a plan took.
package struct StepTime: Sendable {
  /// What it does and how.
  package let algorithm: String
  /// The layer that it belongs to.
  package let layer: String
  package let seconds: Double
  /// Products summed.
  package let multiplyAdds: Int
}
