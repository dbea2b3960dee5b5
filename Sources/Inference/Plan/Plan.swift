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

  /// The first steps may run several times, each for a part of the batch.
  struct Parts: Sendable {
    var count = 1, steps = 0
    /// Blocks that hold all parts: bytes of one.
    var bytes: [Int: Int] = [:]
  }

  let steps: [Step]
  private let parts: Parts
  /// Bytes of the arena, and where its blocks begin for each part.
  private let byteCount: Int
  private let offsets: [[Int]]
  private let outputs: [TensorSpec]
  private let inputs: [TensorSpec]
  private let memory: PlanMemory
  /// For each step the weights of the next one that has some: they are fetched while it runs.
  private let ahead: [Frame.Ahead?]

  init(
    steps: [Step], blockSizes: [Int], inputs: [TensorSpec], outputs: [TensorSpec], parts: Parts, memory: PlanMemory
  ) {
    self.memory = memory
    self.parts = parts
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
    // They are written while others still come and go.
    for block in parts.bytes.keys where blocks[block].last >= 0 {
      blocks[block].first = 0
      blocks[block].last = max(blocks[block].last, parts.steps - 1)
    }
    // Where nothing wants the old value any more, and nothing had the new one's place before.
    var shared: [Arena.Shared] = []
    for (index, step) in steps.enumerated() {
      guard let pair = step.overwrites, pair.old != pair.new, blocks[pair.old].last == index,
        blocks[pair.new].first == index, blocks[pair.old].bytes == blocks[pair.new].bytes
      else { continue }
      shared.append(Arena.Shared(block: pair.new, with: pair.old))
    }
    let arena = Arena(blocks, shared: shared)
    byteCount = arena.byteCount
    offsets = (0..<parts.count).map { part in
      arena.offsets.enumerated().map { $1 + part * (parts.bytes[$0] ?? 0) }
    }
    var ahead: [Frame.Ahead?] = [], next: Frame.Ahead?
    for step in steps.reversed() {
      ahead.append(next)
      if let weights = step.weights {
        next = Frame.Ahead(pointer: UnsafeRawPointer(weights.pointer), byteCount: weights.byteCount)
      }
    }
    self.ahead = ahead.reversed()
  }

  /// Bytes of the arena.
  package var arenaBytes: Int { byteCount }

  /// How many parts of the batch the first steps take one after the other.
  package var partCount: Int { parts.steps > 0 ? parts.count : 1 }

  /// Runs the plan. Throws where the inputs are not of the shapes it was made for, or memory cannot be had.
  package func run(_ tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    try run(tensors) { index, frame in steps[index].run(frame) }
  }

  private func run(_ tensors: [Tensor], _ body: (Int, Frame) -> Void) throws(ShapeError) -> [Tensor] {
    guard tensors.map(\.spec) == inputs else {
      throw ShapeError(.shape, "plan", "made for \(inputs), the input is \(tensors.map(\.spec))")
    }
    var results: [Tensor] = []
    for spec in outputs { results.append(try Tensor(uninitialized: spec, operation: "plan")) }
    let memory = try self.memory.take(byteCount: byteCount)
    func bases(_ part: Int) -> Frame.Bases {
      Frame.Bases(
        arena: memory.arena.pointer, blocks: offsets[part],
        inputs: tensors.map {
          UnsafeMutableRawPointer(mutating: $0.view.pointer) + part * ($0.spec.byteCount / parts.count)
        },
        outputs: results.map { $0.mutableView.pointer + part * ($0.spec.byteCount / parts.count) })
    }
    let frame = Frame(bases(0), spaces: memory.spaces)
    func run(_ range: Range<Int>) {
      for index in range {
        frame.ahead = ahead[index]
        body(index, frame)
      }
    }
    if parts.steps > 0 {
      for part in 0..<parts.count {
        frame.bases = bases(part)
        run(0..<parts.steps)
      }
      frame.bases = bases(0)
    }
    run(parts.steps..<steps.count)
    withExtendedLifetime((tensors, results)) {}
    self.memory.giveBack(memory)
    return results
  }

  /// What each step took in one run, in order; all parts of the batch together.
  package func profile(_ tensors: [Tensor]) throws(ShapeError) -> [StepTime] {
    var seconds = [Double](repeating: 0, count: steps.count)
    _ = try run(tensors) { index, frame in
      seconds[index] += ContinuousClock().measure { steps[index].run(frame) } / .seconds(1)
    }
    return zip(steps, seconds).enumerated().map { index, timed in
      let (step, seconds) = timed
      return StepTime(
        algorithm: step.algorithm, layer: step.layer, seconds: seconds,
        multiplyAdds: step.multiplyAdds * (index < parts.steps ? parts.count : 1))
    }
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
