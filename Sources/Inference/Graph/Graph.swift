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
  }

  /// Shape and type of each value.
  let specs: [TensorSpec]
  /// Values known beforehand: parameters, tensors that the function made itself, what was folded from them.
  var constants: [Int: Tensor] = [:]
  /// The paths of those constants that are parameters.
  var paths: [Int: String] = [:]
  /// The function's inputs, by number.
  let inputs: [Int]
  var nodes: [Node] = []
  let outputs: [Int]

  /// The graph of `recording` with these tensors as outputs; `parameter` gives a parameter's values by its path.
  package init(
    _ recording: Recording, outputs: [Tensor], parameter: (String) throws(ShapeError) -> Tensor
  ) throws(ShapeError) {
    self.outputs = outputs.map(recording.index)
    let values = recording.values, recorded = recording.nodes
    specs = values.map(\.spec)
    var numbered: [Int: Int] = [:], needed = Set(self.outputs)
    for node in recorded.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
    }
    for (index, value) in values.enumerated() {
      switch value.source {
      case .input(let number): numbered[number] = index
      case .parameter(let path) where needed.contains(index):
        constants[index] = try parameter(path)
        paths[index] = path
      case .constant(let tensor) where needed.contains(index): constants[index] = tensor
      default: break
      }
    }
    inputs = numbered.sorted { $0.key < $1.key }.map(\.value)
    for node in recorded where node.outputs.contains(where: needed.contains) {
      nodes.append(Node(primitive: node.primitive, inputs: node.inputs, outputs: node.outputs, layer: node.layer))
    }
  }

  /// How often each value is read, by nodes and as an output.
  var uses: [Int: Int] {
    var uses: [Int: Int] = [:]
    for value in outputs { uses[value, default: 0] += 1 }
    for node in nodes {
      for value in node.inputs { uses[value, default: 0] += 1 }
      if let residual = node.epilogue.residual { uses[residual, default: 0] += 1 }
    }
    return uses
  }
}

/// What happens to each value that a node computes before it is stored: `activation(x * scale + bias + residual)`, scale and
/// bias by output channel.
struct Epilogue: Sendable {
  var scale: [Float]?
  var bias: [Float]?
  /// A value of the node's output shape.
  var residual: Int?
  var activation = Activation.none

  /// Nothing more may come between the sum and the store.
  var isClosed: Bool { activation != .none }
}
