extension Recording {
  /// What one layer costs.
  package struct LayerCost: Sendable {
    /// Its path; empty for operations outside of layers.
    package let layer: String
    /// Its operations, in order.
    package let operations: [String]
    /// Shape of its last output.
    package let output: [Int]
    /// Values of its parameters.
    package let parameters: Int
    /// Products summed: a convolution's, a matrix product's.
    package let multiplyAdds: Int
  }

  /// Products summed over all operations.
  package var multiplyAdds: Int {
    let values = values
    return nodes.reduce(0) { $0 + cost($1, values) }
  }

  /// The costs by layer, in the order in which they ran; neighbouring operations of one layer are one row.
  package var layerCosts: [LayerCost] {
    let values = values
    var rows: [LayerCost] = []
    var counted: Set<String> = []
    for node in nodes {
      var parameters = 0
      for input in node.inputs {
        if case .parameter(let path) = values[input].source, counted.insert(path).inserted {
          parameters += values[input].spec.count
        }
      }
      var operations = [node.primitive.operation], products = cost(node, values)
      if let last = rows.last, last.layer == node.layer {
        operations = last.operations + operations
        parameters += last.parameters
        products += last.multiplyAdds
        rows.removeLast()
      }
      rows.append(
        LayerCost(
          layer: node.layer, operations: operations, output: node.outputs.first.map { values[$0].spec.shape } ?? [],
          parameters: parameters, multiplyAdds: products))
    }
    return rows
  }

  private func cost(_ node: Node, _ values: [Value]) -> Int {
    node.primitive.multiplyAdds(node.inputs.map { values[$0].spec }, node.outputs.map { values[$0].spec })
  }
}
