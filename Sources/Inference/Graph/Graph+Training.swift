import TensorCore

extension Graph {
  /// Puts a rectifier's gradient into the batch norm's gradient that reads it. Where others read it too, the norm gives it as one
  /// more output.
  mutating func fuseRectifierGradients() {
    let uses = uses
    var readers: [Int: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for value in node.inputs { readers[value, default: []].append(index) }
    }
    var removed: Set<Int> = []
    for (index, node) in nodes.enumerated() {
      guard let gradient = node.primitive as? UnaryGradient, gradient.function == .relu else { continue }
      let value = node.outputs[0]
      let norm = (readers[value] ?? []).first { reader in
        let reader = nodes[reader]
        return reader.primitive is BatchNormGradient && reader.inputs[0] == value && reader.inputs[1] != value
          && reader.mask == nil && specs[value].rank == 4 && specs[value].dtype == .float32
      }
      guard let norm else { continue }
      nodes[norm].inputs[0] = node.inputs[0]
      nodes[norm].mask = node.inputs[1]
      if uses[value, default: 0] > 1 { nodes[norm].outputs.append(value) }
      removed.insert(index)
    }
    nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
    sortNodes()
  }

  /// Brings nodes behind what they read, changing their order no more than that needs.
  mutating func sortNodes() {
    var producer: [Int: Int] = [:], placed = [Bool](repeating: false, count: nodes.count), sorted: [Node] = []
    for (index, node) in nodes.enumerated() {
      for value in node.outputs { producer[value] = index }
    }
    for index in nodes.indices {
      var waiting = [index]
      while let next = waiting.last {
        let missing = placed[next] ? [] : nodes[next].reads.compactMap { producer[$0] }.filter { !placed[$0] }
        if missing.isEmpty {
          waiting.removeLast()
          if !placed[next] { sorted.append(nodes[next]) }
          placed[next] = true
        } else {
          waiting += missing
        }
      }
    }
    nodes = sorted
  }
}
