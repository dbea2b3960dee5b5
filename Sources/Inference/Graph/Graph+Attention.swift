import TensorCore

extension Graph {
  /// Finds the attentions that the engine's kernel takes. Where rows go into windows before one and back behind it, the linear
  /// layers on both sides run on the rows as they lie, and the kernel goes to each row by its number: nothing is moved.
  mutating func arrangeAttention() throws(ShapeError) {
    var surroundings = Surroundings(self), removed: Set<Int> = []
    for index in nodes.indices {
      guard let primitive = nodes[index].primitive as? Attention,
        let layout = AttentionLayout(primitive, nodes[index].inputs, specs)
      else { continue }
      nodes[index].attention = layout
      if primitive.heads != nil, let window = try window(around: index, &surroundings) {
        removed.formUnion(window.moves)
        keepRows(of: window, around: index)
      }
    }
    nodes = nodes.indices.filter { !removed.contains($0) }.map { nodes[$0] }
  }

  /// Who writes and who reads each value.
  private struct Surroundings {
    var producer: [Int: Int] = [:], readers: [Int: [Int]] = [:]
    let uses: [Int: Int]

    init(_ graph: Graph) {
      uses = graph.uses
      for (index, node) in graph.nodes.enumerated() {
        for value in node.outputs { producer[value] = index }
        for value in node.reads { readers[value, default: []].append(index) }
      }
    }

    func onlyReader(_ value: Int) -> Int? { uses[value] == 1 ? readers[value]?.first : nil }
    func onlyProducer(_ value: Int) -> Int? { uses[value] == 1 ? producer[value] : nil }
  }

  /// The linear layers around an attention, and the nodes that move rows to windows before and back behind them.
  private struct Window {
    let mixing: Int, split: Int, projection: Int, moves: [Int]
    /// The rows as they lie before and behind.
    let base: Int, result: Int
    let rows: [Int]
  }

  private func window(around index: Int, _ around: inout Surroundings) throws(ShapeError) -> Window? {
    let attention = nodes[index], parts = Array(attention.inputs.prefix(3))
    guard parts.allSatisfy({ around.uses[$0] == 1 }), let split = around.producer[parts[0]],
      let cut = nodes[split].primitive as? Split, nodes[split].outputs == parts, Set(cut.sizes).count == 1,
      cut.axis == -1 || cut.axis == specs[nodes[split].inputs[0]].rank - 1,
      let mixing = around.onlyProducer(nodes[split].inputs[0]), nodes[mixing].primitive is LinearProduct,
      let projection = around.onlyReader(attention.outputs[0]), nodes[projection].primitive is LinearProduct,
      nodes[projection].inputs[0] == attention.outputs[0]
    else { return nil }
    var before: [Int] = [], base = nodes[mixing].inputs[0]
    while let move = around.onlyProducer(base), movesRows(nodes[move]) {
      before.insert(move, at: 0)
      base = nodes[move].inputs[0]
    }
    guard !before.isEmpty else { return nil }
    var rows = try rowNumbers(base)
    for move in before {
      guard let moved = try movedRows(nodes[move], rows) else { return nil }
      rows = moved
    }
    let table = try rows.integers(), count = specs[base].shape.dropLast().reduce(1, *)
    guard table.count == count, !table.contains(-1) else { return nil }
    // Behind: as far as rows lie where they lay before.
    var after: [Int] = [], result: (value: Int, moves: Int)?, value = nodes[projection].outputs[0]
    while let move = around.onlyReader(value), movesRows(nodes[move]) {
      guard let moved = try movedRows(nodes[move], rows) else { break }
      rows = moved
      after.append(move)
      value = nodes[move].outputs[0]
      if specs[value].shape.dropLast() == specs[base].shape.dropLast(),
        try rows.integers().enumerated().allSatisfy({ $0.offset == $0.element })
      {
        result = (value, after.count)
      }
    }
    guard let result else { return nil }
    return Window(
      mixing: mixing, split: split, projection: projection, moves: before + after.prefix(result.moves), base: base,
      result: result.value, rows: table)
  }

  private mutating func keepRows(of window: Window, around index: Int) {
    func widened(_ value: Int) -> Int {
      specs.append(TensorSpec(specs[window.base].shape.dropLast() + specs[value].shape.suffix(1), .float32))
      return specs.count - 1
    }
    let mixed = widened(nodes[window.mixing].outputs[0])
    nodes[window.mixing].inputs[0] = window.base
    nodes[window.mixing].outputs = [mixed]
    nodes[window.split].inputs = [mixed]
    let axis = specs[mixed].rank - 1, sizes = nodes[window.split].outputs.map { specs[$0].shape.last ?? 0 }
    nodes[window.split].primitive = Split(sizes: sizes, axis: axis)
    nodes[window.split].outputs = nodes[window.split].outputs.map(widened)
    nodes[index].inputs.replaceSubrange(0..<3, with: nodes[window.split].outputs)
    nodes[index].outputs = nodes[index].outputs.map(widened)
    nodes[window.projection].inputs[0] = nodes[index].outputs[0]
    nodes[window.projection].outputs = [window.result]
    let isInOrder = window.rows.enumerated().allSatisfy { $0.offset == $0.element }
    nodes[index].attention?.rows = isInOrder ? nil : window.rows.map { Int32($0) }
  }
}
