import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// Blocks that are computed again for their gradients.
@Suite struct CheckpointTests {
  private struct Block: Layer {
    let conv: Conv2d, norm: BatchNorm2d, dropout = Dropout(0.3), path = DropPath(0.5)

    init(_ scope: ParameterScope) {
      conv = Conv2d(scope["conv"], in: 4, out: 4, kernel: 3, padding: 1)
      norm = BatchNorm2d(scope["bn"], channels: 4)
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      try x + path(dropout(norm(conv(x)).relu()))
    }
  }

  /// A small network of blocks with batch norm and dropout.
  private struct Network: Sendable {
    let store = ParameterStore(seed: 3)
    let blocks: [Block], head: Linear

    init() {
      let root = store.root
      blocks = (0..<3).map { Block(root["block"][$0]) }
      head = Linear(root["head"], in: 4, out: 3)
    }

    func loss(_ x: Tensor, checkpoints: Bool) throws(ShapeError) -> Tensor {
      var value = x
      for block in blocks {
        if checkpoints {
          value = try Tape.checkpoint([value]) { inputs throws(ShapeError) in [try block(inputs[0])] }[0]
        } else {
          value = try block(value)
        }
      }
      return try head(value.globalAveragePool().flatten(from: 1)).square().sum()
    }

    func step(
      _ x: Tensor, checkpoints: Bool
    ) throws -> (gradients: [String: [Float]], input: [Float], updates: [String: [Float]], bytes: Int) {
      let phase = TrainingPhase(randomness: try TrainingPhase.randomness(seed: 5, step: 2))
      let tape = phase.makeTape(), input = tape.watch(x)
      let loss = try phase.run(tape) { () throws(ShapeError) in try self.loss(input, checkpoints: checkpoints) }
      let bytes = tape.savedByteCount, found = try tape.gradients(of: loss)
      var updates: [String: [Float]] = [:]
      for (parameter, value) in phase.updates {
        #expect(updates[parameter.path] == nil, "noted twice: \(parameter.path)")
        updates[parameter.path] = try value.cast(to: .float32).floats()
      }
      return (
        try found.parameters.mapValues { try $0.floats() }, try #require(found[input]).floats(), updates, bytes
      )
    }
  }

  @Test func equalAndSmaller() throws {
    let network = Network(), x = try Formula.tensor([4, 4, 12, 10], seed: 3)
    let plain = try network.step(x, checkpoints: false), saving = try network.step(x, checkpoints: true)
    #expect(plain.gradients.count == 14)
    #expect(plain.gradients == saving.gradients)
    #expect(plain.input == saving.input)
    #expect(plain.updates == saving.updates)
    #expect(plain.updates.count == 9)
    #expect(saving.bytes * 2 < plain.bytes, "\(saving.bytes) of \(plain.bytes) bytes")
  }

  @Test func blocksWithinBlocksAndSeveralOutputs() throws {
    let a = try Formula.tensor([3, 4], seed: 3), b = try Formula.tensor([4, 5], seed: 4)
    @Sendable func inner(_ x: [Tensor]) throws(ShapeError) -> [Tensor] { [try x[0].matmul(x[1]).tanh(), x[0]] }
    @Sendable func outer(_ x: [Tensor]) throws(ShapeError) -> [Tensor] {
      let parts = try Tape.checkpoint([x[0].exp(), x[1]], inner)
      return [try parts[0].square(), try parts[1].sum(axes: [0]), try x[0].argmax(axis: 1)]
    }
    func total(_ parts: [Tensor]) throws(ShapeError) -> Tensor { try parts[0].sum() + parts[1].square().sum() }
    let plain = try Tensor.valueAndGradients(at: [a, b]) { x throws(ShapeError) in try total(outer(x)) }
    let saving = try Tensor.valueAndGradients(at: [a, b]) { x throws(ShapeError) in
      try total(Tape.checkpoint(x, outer))
    }
    for (one, other) in zip(plain.gradients, saving.gradients) { #expect(try one.floats() == other.floats()) }
    #expect(try plain.value.floats() == saving.value.floats())
  }

  @Test func whatItCannotFollow() throws {
    let a = try Formula.tensor([3], seed: 3)
    #expect(throws: ShapeError.self) {
      try Tensor.valueAndGradients(at: [a, a]) { x throws(ShapeError) in
        let captured = x[1]
        return try Tape.checkpoint([x[0]]) { y throws(ShapeError) in [try y[0] * captured] }[0].sum()
      }
    }
    // Without a tape it is the block itself.
    let bare = try Tape.checkpoint([a]) { x throws(ShapeError) in [try x[0] + 1] }
    #expect(try bare[0].floats() == (a + 1).floats())
  }
}
