import TensorCore

/// A batch that a network's first layers take a few images at a time, so that what they hand on stays in caches and less memory
/// is needed; the later ones, which have more weights than pixels, take it whole.
extension Graph {
  /// The nodes that run once for each part of the batch, and how.
  struct Parts: Sendable {
    /// How many parts, all of as many images.
    let count: Int
    /// How many of the first nodes.
    let nodes: Int
    /// Their values that later nodes read: as they write them and as those read them, whole.
    let crossings: [(part: Int, whole: Int)]
    /// Their values: specs say what a part has of them.
    let values: Set<Int>
  }

  /// The spec of a value for the whole batch.
  func wholeSpec(_ value: Int) -> TensorSpec {
    guard let parts, parts.values.contains(value) else { return specs[value] }
    return specs[value].with(batch: specs[value].shape[0] * parts.count)
  }

  /// Cuts the batch where that pays.
  mutating func cutBatch() {
    guard inputs.count == 1, specs[inputs[0]].rank == 4, specs[inputs[0]].dtype == .float32 else { return }
    let batch = specs[inputs[0]].shape[0]
    guard batch > 1 else { return }
    var values = Set(inputs), first: [Node] = []
    for node in nodes where isApart(node, values, batch) {
      values.formUnion(node.outputs)
      first.append(node)
    }
    guard let choice = chooseParts(first, batch) else { return }
    cut(Array(first.prefix(choice.nodes)), choice.size, batch)
  }

  /// Whether each image of a node's results depends on that image of what it reads alone; `values` do, too.
  private func isApart(_ node: Node, _ values: Set<Int>, _ batch: Int) -> Bool {
    guard node.mask == nil, node.attention == nil, node.epilogue.biasValue == nil, values.contains(node.inputs[0]),
      node.epilogue.residual.map(values.contains) ?? true,
      (node.outputs + node.inputs.prefix(1)).allSatisfy({
        specs[$0].rank == 4 && specs[$0].shape[0] == batch && specs[$0].dtype == .float32
      })
    else { return false }
    let rest = node.inputs.dropFirst()
    switch node.primitive {
    case is Convolution, is ConvolutionTranspose, is BatchNorm, is InstanceNorm: return rest.allSatisfy(isKnown)
    case let pool as MaxPool: return !pool.indices
    case is AveragePool, is GlobalAveragePool, is AdaptivePool, is Unary, is Interpolate: return rest.isEmpty
    case is Binary:
      // What is known must be the same for all images.
      return rest.allSatisfy { values.contains($0) || isKnown($0) && (specs[$0].rank < 4 || specs[$0].shape[0] == 1) }
    case let whole as Concatenate: return whole.axis != 0 && whole.axis != -4 && rest.allSatisfy(values.contains)
    case let pad as Pad: return pad.before.count < 4 || pad.before[0] == 0 && pad.after[0] == 0
    default: return false
    }
  }

  /// Floats of one step's maps that caches keep for the next one, and more than a batch should take.
  private static let near = 1 << 21, far = 1 << 26

  /// How many of the first nodes run for how many images at a time so that the least comes from memory: a step's weights once for
  /// each part, its maps where caches do not keep them. Nil where that saves less than a tenth.
  private func chooseParts(_ first: [Node], _ batch: Int) -> (nodes: Int, size: Int)? {
    /// What a step reads and writes of an image, and its weights, `size` images at a time.
    func cost(_ node: Node, _ size: Int) -> Double {
      var weights = 0, maps = node.outputs.reduce(0) { $0 + specs[$1].count }
      for value in node.reads {
        if isKnown(value) { weights += specs[value].count } else { maps += specs[value].count }
      }
      let some = Double(maps) * Double(size) / Double(batch)
      let fetched = some > Double(Self.far) ? 4 * some : some > Double(Self.near) ? some : 0
      return (Double(weights) + fetched) * Double(batch / size)
    }
    let whole = nodes.reduce(0) { $0 + cost($1, batch) }
    var choices: [(cost: Double, nodes: Int, size: Int)] = []
    for size in 1..<batch where batch.isMultiple(of: size) {
      var total = whole
      for (index, node) in first.enumerated() {
        total += cost(node, size) - cost(node, batch)
        choices.append((total, index + 1, size))
      }
    }
    guard let least = choices.map(\.cost).min(), least < 0.9 * whole else { return nil }
    // What is handed on whole takes memory: as many nodes as cost next to nothing more.
    return choices.filter { $0.cost <= 1.01 * least }.max { ($0.nodes, $0.size) < ($1.nodes, $1.size) }
      .map { ($0.nodes, $0.size) }
  }

  /// Puts `first` before all other nodes, for `size` images at a time.
  private mutating func cut(_ first: [Node], _ size: Int, _ batch: Int) {
    var values = Set(inputs)
    for node in first { values.formUnion(node.outputs) }
    let written = Set(first.flatMap(\.outputs))
    var rest = nodes.filter { !written.contains($0.outputs[0]) }
    let read = Set(rest.flatMap(\.reads)).intersection(values).sorted()
    var crossings: [(part: Int, whole: Int)] = [], wholes: [Int: Int] = [:]
    for value in read {
      wholes[value] = specs.count
      crossings.append((value, specs.count))
      specs.append(specs[value])
    }
    for value in values { specs[value] = specs[value].with(batch: size) }
    func whole(_ value: Int) -> Int { wholes[value] ?? value }
    rest = rest.map { node in
      var node = node
      node.inputs = node.inputs.map(whole)
      node.epilogue.residual = node.epilogue.residual.map(whole)
      node.epilogue.biasValue = node.epilogue.biasValue.map(whole)
      node.mask = node.mask.map(whole)
      if var attention = node.attention {
        attention.bias = attention.bias.map(whole)
        attention.mask = attention.mask.map(whole)
        node.attention = attention
      }
      return node
    }
    nodes = first + rest
    parts = Parts(count: batch / size, nodes: first.count, crossings: crossings, values: values)
  }
}

extension TensorSpec {
  /// The same with another first axis.
  fileprivate func with(batch: Int) -> TensorSpec { TensorSpec([batch] + shape.dropFirst(), dtype) }
}
