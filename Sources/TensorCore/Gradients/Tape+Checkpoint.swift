extension Tape {
  /// Runs a block of which the tape keeps the inputs alone: what lies between is computed again when gradients are wanted.
  ///
  /// `inputs`, at most 64, must hold every followed tensor that `body` reads, but for parameters; `body` must compute the same
  /// each time. `again` stands in for it the second time, where what is random or counted needs care (nil: `body` itself).
  /// Blocks may lie within each other. Without a tape, `body` just runs. Chen et al. 2016, arXiv 1604.06174.
  package static func checkpoint(
    _ inputs: [Tensor], again: (@Sendable ([Tensor]) throws(ShapeError) -> [Tensor])?,
    _ body: @escaping @Sendable ([Tensor]) throws(ShapeError) -> [Tensor]
  ) throws(ShapeError) -> [Tensor] {
    // A block within one that only listens is computed again with it.
    guard let tape = current, !tape.onlyListens else { return try body(inputs) }
    guard inputs.count <= 64 else {
      throw ShapeError(.argument, CheckpointedBlock.name, "\(inputs.count) inputs; at most 64")
    }
    let listener = tape.listener(), bare = inputs.map { $0.detached() }
    let outputs = try listener.run { () throws(ShapeError) in try body(bare) }
    guard !listener.hasHeardStrangers else {
      throw ShapeError(
        .gradient, CheckpointedBlock.name, "reads a followed tensor that is not among its inputs")
    }
    let parameters = listener.heardParameters
    let block = CheckpointedBlock(
      inputCount: inputs.count, paths: parameters.map(\.path), body: again ?? body, makeTape: { tape.sibling() })
    return tape.record(block, inputs + parameters.map { tape.parameter($0.path, $0.tensor) }, outputs)
  }
}

/// A checkpointed block as one operation of a tape. Inputs: the block's, then the parameters that it reads. It is written by
/// `Tape.checkpoint` after the block ran, and never applied.
struct CheckpointedBlock: Primitive {
  static let name = "checkpoint"
  static let onnxName = ""

  let inputCount: Int
  let paths: [String]
  let body: @Sendable ([Tensor]) throws(ShapeError) -> [Tensor]
  let makeTape: @Sendable () -> Tape

  var onnxOperator: String? { nil }

  func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    throw ShapeError(.argument, Self.name, "is no operation by itself")
  }

  func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {}

  var savedForGradient: SavedValues { SavedValues(inputs: Array(0..<inputCount)) }

  func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let tape = makeTape()
    var inputs: [Tensor] = []
    for index in 0..<inputCount {
      let input = try context.input(index).detached()
      inputs.append(context.needs(index) ? tape.watch(input) : input)
    }
    let watched = inputs
    let outputs = try tape.run { () throws(ShapeError) in try body(watched) }
    let found = try tape.gradients(of: outputs, seeds: context.upstreams)
    return inputs.map { found[$0] } + paths.map { found.parameters[$0] }
  }
}
