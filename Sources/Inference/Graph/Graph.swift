import TensorCore

/// The operations of a recorded function that its outputs need, in order, and which values are known beforehand.
package struct Graph: Sendable {
  /// One operation and what passes have put around it.
  struct Node: Sendable {
    var primitive: any Primitive
    var inputs: [Int]
    var outputs: [Int]
    /// The path of the layer that ran it.
    var layer: String
    var epilogue = Epilogue()
    /// Of a batch norm's gradient: the output of the rectifier that its upstream must still pass backwards.
    var mask: Int?
    /// Of an attention: how the engine's kernel runs it, where it can.
    var attention: AttentionLayout?

    /// All values that it reads.
    var reads: [Int] { inputs + [epilogue.residual, epilogue.biasValue, mask].compactMap { $0 } }
  }

  /// Shape and type of each value.
  var specs: [TensorSpec]
  /// Values known beforehand: tensors that the function made itself, what was folded.
  var constants: [Int: Tensor] = [:]
  /// The paths of parameters that never change: known too, but large, so that they are asked for only when they are needed.
  var paths: [Int: String] = [:]
  private let parameter: @Sendable (String) throws(ShapeError) -> Tensor
  /// The function's inputs, by number; then the parameters that change from run to run.
  let inputs: [Int]
  /// The paths of those parameters, in the order of their inputs.
  let changingPaths: [String]
  var nodes: [Node] = []
  let outputs: [Int]
  /// How the batch is cut, if it is.
  var parts: Parts?
  /// Whether a depthwise convolution and those around it may run in bands of rows.
  var takesBands = false

  /// The graph of `recording` with these tensors as outputs; `parameter` gives a parameter's values by its path, `changes` says
  /// whether they are others in the next run: such a parameter is an input.
  package init(
    _ recording: Recording, outputs: [Tensor], changes: (String) -> Bool = { _ in false },
    parameter: @escaping @Sendable (String) throws(ShapeError) -> Tensor
  ) {
    self.parameter = parameter
    self.outputs = outputs.map(recording.index)
    let values = recording.values, recorded = recording.nodes
    specs = values.map(\.spec)
    var numbered: [Int: Int] = [:], needed = Set(self.outputs)
    for node in recorded.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
    }
    var changing: [(path: String, value: Int)] = []
    for (index, value) in values.enumerated() {
      switch value.source {
      case .input(let number): numbered[number] = index
      case .parameter(let path) where needed.contains(index):
        if changes(path) { changing.append((path, index)) } else { paths[index] = path }
      case .constant(let tensor) where needed.contains(index): constants[index] = tensor
      default: break
      }
    }
    inputs = numbered.sorted { $0.key < $1.key }.map(\.value) + changing.map(\.value)
    changingPaths = changing.map(\.path)
    for node in recorded where node.outputs.contains(where: needed.contains) {
      nodes.append(Node(primitive: node.primitive, inputs: node.inputs, outputs: node.outputs, layer: node.layer))
    }
  }

  /// Whether a value is the same in every run.
  func isKnown(_ value: Int) -> Bool { constants[value] != nil || paths[value] != nil }

  /// A value that is the same in every run; nil for others.
  func known(_ value: Int) throws(ShapeError) -> Tensor? {
    if let constant = constants[value] { return constant }
    guard let path = paths[value] else { return nil }
    return try parameter(path)
  }

  /// Values that are the same in every run; nil where one is not.
  func known(_ values: some Sequence<Int>) throws(ShapeError) -> [Tensor]? {
    guard values.allSatisfy(isKnown) else { return nil }
    var tensors: [Tensor] = []
    for value in values {
      if let tensor = try known(value) { tensors.append(tensor) }
    }
    return tensors
  }

  /// How often each value is read, by nodes, as an output and as a part of a batch's.
  var uses: [Int: Int] {
    var uses: [Int: Int] = [:]
    for value in outputs { uses[value, default: 0] += 1 }
    for crossing in parts?.crossings ?? [] { uses[crossing.part, default: 0] += 1 }
    for node in nodes {
      for value in node.reads { uses[value, default: 0] += 1 }
    }
    return uses
  }
}

/// What happens to each value that a node computes before it is stored: `activation(x * scale + bias + residual)`, scale and
/// bias by output channel.
struct Epilogue: Sendable {
  var scale: [Float]?
  var bias: [Float]?
  /// A bias that is a value of the graph.
  var biasValue: Int?
  /// A value of the node's output shape.
  var residual: Int?
  var activation = Activation.none

  /// Nothing more may come between the sum and the store.
  var isClosed: Bool { activation != .none }
}
