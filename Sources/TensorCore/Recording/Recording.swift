import Synchronization

/// What a function of tensors does, written down by running it once on placeholders: tensors that have a shape and no values.
///
/// Nothing is computed. Parameters are placeholders too while a recording is current, so that weights need not exist.
package final class Recording: Sendable {
  /// A tensor of the function.
  package struct Value: Sendable {
    package let spec: TensorSpec
    package let source: Source
  }

  /// Where a value comes from.
  package enum Source: Sendable {
    /// An input of the function, by number.
    case input(Int)
    /// A parameter, by its path.
    case parameter(String)
    /// A tensor that the function made itself.
    case constant(Tensor)
    /// An output of a node.
    case node(Int, output: Int)
  }

  /// One operation.
  package struct Node: Sendable {
    package let primitive: any Primitive
    /// Indices of values.
    package let inputs: [Int]
    package let outputs: [Int]
    /// The path of the layer that ran it; empty outside of layers.
    package let layer: String
  }

  private struct State: Sendable {
    var values: [Value] = []
    var nodes: [Node] = []
    var parameters: [String: Int] = [:]
    var layers: [String] = []
  }

  private let state = Mutex(State())

  /// The recording that runs now, on this task.
  @TaskLocal package static var current: Recording?

  package init() {}

  /// All values, by index.
  package var values: [Value] { state.withLock { $0.values } }
  /// All operations, in order.
  package var nodes: [Node] { state.withLock { $0.nodes } }

  /// Runs `body` on placeholders of these shapes. Returns what it returned; the recording then holds the operations.
  package func run<R>(inputs: [TensorSpec], _ body: ([Tensor]) throws(ShapeError) -> R) throws(ShapeError) -> R {
    let placeholders = inputs.enumerated().map { add($1, .input($0)) }
    let result: Result<R, ShapeError> = Self.$current.withValue(self) {
      do throws(ShapeError) { return .success(try body(placeholders)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// The placeholder of a parameter; the same one for the same path.
  package func parameter(_ path: String, _ spec: TensorSpec) -> Tensor {
    let id = state.withLock { state in
      if let id = state.parameters[path] { return id }
      state.values.append(Value(spec: spec, source: .parameter(path)))
      state.parameters[path] = state.values.count - 1
      return state.values.count - 1
    }
    return Tensor(placeholder: Placeholder(recording: self, value: id), spec)
  }

  /// Writes down an operation and gives its outputs' placeholders.
  func add<P: Primitive>(_ primitive: P, _ inputs: [Tensor], _ specs: [TensorSpec]) -> [Tensor] {
    let inputs = inputs.map(index)
    let outputs = state.withLock { state in
      let node = state.nodes.count, first = state.values.count
      for (output, spec) in specs.enumerated() {
        state.values.append(Value(spec: spec, source: .node(node, output: output)))
      }
      let outputs = Array(first..<state.values.count)
      state.nodes.append(
        Node(primitive: primitive, inputs: inputs, outputs: outputs, layer: state.layers.last ?? ""))
      return outputs
    }
    return zip(outputs, specs).map { Tensor(placeholder: Placeholder(recording: self, value: $0), $1) }
  }

  /// From here on operations belong to the layer at `path`, until `leaveLayer`.
  package func enterLayer(_ path: String) { state.withLock { $0.layers.append(path) } }
  /// Goes back to the layer around.
  package func leaveLayer() { state.withLock { _ = $0.layers.popLast() } }

  private func add(_ spec: TensorSpec, _ source: Source) -> Tensor {
    let id = state.withLock { state in
      state.values.append(Value(spec: spec, source: source))
      return state.values.count - 1
    }
    return Tensor(placeholder: Placeholder(recording: self, value: id), spec)
  }

  /// The value of a tensor: a placeholder's own, a constant otherwise.
  package func index(of tensor: Tensor) -> Int {
    if let placeholder = tensor.placeholder, placeholder.recording === self { return placeholder.value }
    return state.withLock { state in
      state.values.append(Value(spec: tensor.spec, source: .constant(tensor)))
      return state.values.count - 1
    }
  }
}

/// A tensor without values: the value of a recording that it stands for.
package struct Placeholder: Sendable {
  package let recording: Recording
  package let value: Int
}
