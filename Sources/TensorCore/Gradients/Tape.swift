import Synchronization

/// Operations as they ran, written down so that gradients can be computed backwards through them (reverse mode).
///
/// Flat: tensors carry an index into it, never a chain of references. It keeps only what gradients read, and frees that as
/// soon as they have been computed. On placeholders of a `Recording` it works as on values: the gradients' operations are then
/// recorded behind the forward ones.
package final class Tape: Sendable {
  struct Node: Sendable {
    let primitive: any Primitive
    /// Indices of values; nil for what the tape does not follow.
    let inputs: [Int?]
    let firstOutput: Int
    let inputSpecs: [TensorSpec], outputSpecs: [TensorSpec]
    let savedInputs: [Tensor?], savedOutputs: [Tensor?]
    /// The path of the layer that ran it, for messages.
    let layer: String
  }

  private struct State: Sendable {
    var valueCount = 0
    /// In the order in which they ran; nil once their gradient has been computed.
    var nodes: [Node?] = []
    var parameters: [String: Tensor] = [:]
    var layers: [String] = []
    var heard: [(path: String, tensor: Tensor)] = []
    var hasHeardStrangers = false
  }

  /// Tells this tape's tensors from those of earlier ones.
  let id: UInt32
  private let state = Mutex(State())
  private let tracksParameter: @Sendable (String) -> Bool
  /// Whether it writes nothing, but notes which parameters are read: the first run of a checkpointed block.
  let onlyListens: Bool
  private static let lastID = Atomic<UInt32>(0)

  /// The tape that is written now, on this task.
  @TaskLocal package static var current: Tape?

  /// A new tape. `tracksParameter` says of which parameters, by path, gradients are wanted.
  package convenience init(tracksParameter: @escaping @Sendable (String) -> Bool = { _ in true }) {
    self.init(tracksParameter, onlyListens: false)
  }

  private init(_ tracksParameter: @escaping @Sendable (String) -> Bool, onlyListens: Bool) {
    id = Self.lastID.wrappingAdd(1, ordering: .relaxed).newValue
    self.tracksParameter = tracksParameter
    self.onlyListens = onlyListens
  }

  /// A new tape that follows the same parameters.
  func sibling() -> Tape { Tape(tracksParameter, onlyListens: false) }
  /// A tape that only notes which of the same parameters are read.
  func listener() -> Tape { Tape(tracksParameter, onlyListens: true) }
  /// The parameters that were read while this one listened, in order.
  var heardParameters: [(path: String, tensor: Tensor)] { state.withLock { $0.heard } }
  /// Whether operations read what another tape follows.
  var hasHeardStrangers: Bool { state.withLock { $0.hasHeardStrangers } }

  /// Bytes of the values that are kept for gradients, parameters included, each once.
  package var savedByteCount: Int {
    state.withLock { state in
      var seen: Set<UnsafeRawPointer> = [], total = 0
      for node in state.nodes {
        for tensor in (node?.savedInputs ?? []) + (node?.savedOutputs ?? []) {
          guard let tensor, tensor.placeholder == nil, seen.insert(tensor.view.pointer).inserted else { continue }
          total += tensor.spec.byteCount
        }
      }
      return total
    }
  }

  /// Runs `body` with this tape written.
  package func run<R>(_ body: () throws(ShapeError) -> R) throws(ShapeError) -> R { try Self.with(self, body) }

  /// Runs `body` with no tape written: what it computes is constant to the tape around.
  package static func paused<R>(_ body: () throws(ShapeError) -> R) throws(ShapeError) -> R { try with(nil, body) }

  private static func with<R>(_ tape: Tape?, _ body: () throws(ShapeError) -> R) throws(ShapeError) -> R {
    let result: Result<R, ShapeError> = $current.withValue(tape) {
      do throws(ShapeError) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// `tensor` as a value whose gradient is wanted.
  package func watch(_ tensor: Tensor) -> Tensor {
    let index = state.withLock { state in
      state.valueCount += 1
      return state.valueCount - 1
    }
    return tensor.tracked(TapeIndex(tape: id, value: UInt32(index)))
  }

  /// The values of a parameter, followed where its gradient is wanted; one value for one path.
  package func parameter(_ path: String, _ tensor: Tensor) -> Tensor {
    guard tracksParameter(path) else { return tensor }
    if onlyListens {
      state.withLock { state in
        if !state.heard.contains(where: { $0.path == path }) { state.heard.append((path, tensor)) }
      }
      return tensor
    }
    if let known = state.withLock({ $0.parameters[path] }) { return known }
    let watched = watch(tensor)
    state.withLock { $0.parameters[path] = watched }
    return watched
  }

  /// From here on operations belong to the layer at `path`, until `leaveLayer`.
  package func enterLayer(_ path: String) { state.withLock { $0.layers.append(path) } }
  /// Goes back to the layer around.
  package func leaveLayer() { state.withLock { _ = $0.layers.popLast() } }

  /// The index of a tensor's value on this tape; nil for constants.
  func index(of tensor: Tensor) -> Int? {
    guard let index = tensor.tapeIndex, index.tape == id else { return nil }
    return Int(index.value)
  }

  /// Writes down an operation; its floating-point outputs are followed from here on.
  func record<P: Primitive>(_ primitive: P, _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor] {
    if onlyListens {
      if inputs.contains(where: { $0.tapeIndex != nil }) { state.withLock { $0.hasHeardStrangers = true } }
      return outputs
    }
    let indices = inputs.map(index)
    guard indices.contains(where: { $0 != nil }) else { return outputs }
    let saved = primitive.savedForGradient
    let savedInputs = inputs.enumerated().map { saved.contains(input: $0.offset) ? $0.element : nil }
    let savedOutputs = outputs.enumerated().map { saved.contains(output: $0.offset) ? $0.element : nil }
    let first = state.withLock { state in
      let first = state.valueCount
      state.valueCount += outputs.count
      state.nodes.append(
        Node(
          primitive: primitive, inputs: indices, firstOutput: first, inputSpecs: inputs.map(\.spec),
          outputSpecs: outputs.map(\.spec), savedInputs: savedInputs, savedOutputs: savedOutputs,
          layer: state.layers.last ?? ""))
      return first
    }
    return outputs.enumerated().map { offset, output in
      output.dtype.isFloatingPoint ? output.tracked(TapeIndex(tape: id, value: UInt32(first + offset))) : output
    }
  }

  /// The gradients of a scalar `output`, or of the product sum with `seed` (of the output's shape).
  ///
  /// With respect to watched tensors and parameters. Uses the tape up: activations are freed on the way.
  package func gradients(of output: Tensor, seed: Tensor? = nil) throws(ShapeError) -> Gradients {
    guard let root = index(of: output) else {
      throw ShapeError(.gradient, "gradients", "the output depends on nothing whose gradient is wanted")
    }
    guard output.count == 1 || seed != nil else {
      throw ShapeError(.gradient, "gradients", "the output is no scalar (shape \(output.shape)): give a seed")
    }
    if let seed, seed.spec != output.spec {
      throw ShapeError(.shape, "gradients", "the seed differs from the output", shapes: seed.shape, output.shape)
    }
    return try Self.paused { () throws(ShapeError) in
      if let seed { return try backward(from: [(root, seed)]) }
      return try backward(from: [(root, Tensor.ones(output.shape, dtype: output.dtype))])
    }
  }

  /// The gradients of the product sums of all `outputs` with their seeds; what has no seed, or is not followed, is left out.
  func gradients(of outputs: [Tensor], seeds: [Tensor?]) throws(ShapeError) -> Gradients {
    var roots: [(Int, Tensor)] = []
    for (output, seed) in zip(outputs, seeds) {
      if let root = index(of: output), let seed { roots.append((root, seed)) }
    }
    return try Self.paused { () throws(ShapeError) in try backward(from: roots) }
  }

  private func backward(from roots: [(Int, Tensor)]) throws(ShapeError) -> Gradients {
    let (count, values, parameters) = state.withLock { ($0.nodes.count, $0.valueCount, $0.parameters) }
    var gradients = [Tensor?](repeating: nil, count: values)
    for (root, seed) in roots {
      gradients[root] = try gradients[root].map { g throws(ShapeError) in try g + seed } ?? seed
    }
    for number in (0..<count).reversed() {
      let node = state.withLock { state -> Node? in
        let node = state.nodes[number]
        state.nodes[number] = nil
        return node
      }
      guard let node else { continue }
      let outputs = node.firstOutput..<node.firstOutput + node.outputSpecs.count
      let upstreams = outputs.map { gradients[$0] }
      guard upstreams.contains(where: { $0 != nil }) else { continue }
      for value in outputs { gradients[value] = nil }
      let context = GradientContext(
        operation: node.primitive.operation, inputSpecs: node.inputSpecs, outputSpecs: node.outputSpecs,
        upstreams: upstreams, savedInputs: node.savedInputs, savedOutputs: node.savedOutputs,
        needed: node.inputs.enumerated().map { $1 != nil && node.inputSpecs[$0].dtype.isFloatingPoint })
      let results: [Tensor?]
      do throws(ShapeError) { results = try node.primitive.gradients(context) } catch {
        throw node.layer.isEmpty ? error : error.inLayer(node.layer)
      }
      for (value, result) in zip(node.inputs, results) {
        guard let value, let result else { continue }
        if let known = gradients[value] {
          gradients[value] = try known + result
        } else {
          gradients[value] = result
        }
      }
    }
    return Gradients(tape: id, values: gradients, parameters: parameters)
  }
}

/// A tensor's place on a tape.
struct TapeIndex: Sendable, Hashable {
  let tape: UInt32
  let value: UInt32
}
