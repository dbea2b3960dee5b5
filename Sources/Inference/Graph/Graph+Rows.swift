import TensorCore

extension Graph {
  /// What a node that moves whole rows (runs of the last axis) makes of `rows`, the numbers of its input's rows as a tensor
  /// `[..., 1]`; -1 stands for a row of zeros. Nil for nodes that do something else.
  func movedRows(_ node: Node, _ rows: Tensor) throws(ShapeError) -> Tensor? {
    guard movesRows(node) else { return nil }
    let rank = specs[node.inputs[0]].rank
    switch node.primitive {
    case is Reshape: return try rows.reshape(specs[node.outputs[0]].shape.dropLast() + [1])
    case let move as Slice: return try .applySingle(Slice(ranges: Array(move.ranges.prefix(rank - 1))), rows)
    case let move as Pad:
      return try .applySingle(Pad(before: move.before, after: move.after, mode: .constant(-1)), rows)
    case let move as Transpose: return try .applySingle(move, rows)
    case let move as Roll: return try .applySingle(move, rows)
    default: return nil
    }
  }

  /// Whether a node moves whole rows.
  func movesRows(_ node: Node) -> Bool {
    guard node.inputs.count == 1, node.outputs.count == 1 else { return false }
    let from = specs[node.inputs[0]], to = specs[node.outputs[0]], last = from.rank - 1
    guard from.dtype == .float32, last > 0, to.rank > 1, to.shape.last == from.shape.last, from.count > 0 else {
      return false
    }
    switch node.primitive {
    case is Reshape: return true
    case let move as Slice: return move.ranges.count <= last || move.ranges[last].step == 1
    case let move as Pad:
      guard case .constant(0) = move.mode else { return false }
      return move.before.last == 0 && move.after.last == 0
    case let move as Transpose: return move.axes[last] == last || move.axes[last] == -1
    case let move as Roll: return !move.axes.contains(last) && !move.axes.contains(-1)
    default: return false
    }
  }

  /// The numbers of a value's rows, in order.
  func rowNumbers(_ value: Int) throws(ShapeError) -> Tensor {
    let shape = specs[value].shape.dropLast()
    return try Tensor(Array(0..<shape.reduce(1, *)), shape: shape + [1])
  }

  /// Rows of a value that are moved about several times are moved once (a concatenation of the last axis moves them too).
  mutating func joinRowMoves() throws(ShapeError) {
    /// Too short to be worth it, or too many.
    let leastWidth = 16, mostRows = 1 << 20
    var views: [Int: (base: Int, rows: Tensor?, moves: Int)] = [:]
    var readByOthers = Set(outputs)
    for node in nodes where !movesRows(node) { readByOthers.formUnion(node.reads) }
    for index in nodes.indices {
      let node = nodes[index], output = node.outputs[0]
      var gathered: (base: Int, rows: Tensor?, moves: Int)?
      if movesRows(node) {
        let input = node.inputs[0], shape = specs[input].shape
        guard shape[shape.count - 1] >= leastWidth, specs[input].count / shape[shape.count - 1] <= mostRows else {
          continue
        }
        var view = views[input] ?? (input, nil, 0)
        if view.rows == nil { view.rows = try rowNumbers(input) }
        guard let before = view.rows, let rows = try movedRows(node, before), rows.shape.reduce(1, *) <= mostRows else {
          continue
        }
        views[output] = (view.base, rows, view.moves + (node.primitive is Reshape ? 0 : 1))
        gathered = readByOthers.contains(output) ? views[output] : nil
      } else if let whole = node.primitive as? Concatenate, whole.axis == -1 || whole.axis == specs[output].rank - 1 {
        let parts = node.inputs.compactMap { views[$0] }
        guard parts.count == node.inputs.count, let first = parts.first, parts.allSatisfy({ $0.base == first.base }),
          node.inputs.allSatisfy({ specs[$0].shape.last == specs[first.base].shape.last })
        else { continue }
        gathered = (first.base, try Tensor.concatenate(parts.compactMap(\.rows), axis: -1), 2)
      }
      guard let gathered, gathered.moves > 1, let numbers = try gathered.rows?.integers() else { continue }
      nodes[index].inputs = [gathered.base]
      let isWhole = numbers.count == (try rowNumbers(gathered.base)).shape.reduce(1, *)
      if isWhole, numbers.enumerated().allSatisfy({ $0.offset == $0.element }) {
        nodes[index].primitive = Reshape(shape: specs[output].shape)
      } else {
        nodes[index].primitive = RowGather(rows: numbers.map { Int32($0) }, output: specs[output])
      }
    }
    removeDeadNodes()
  }

  /// Removes what nobody reads.
  mutating func removeDeadNodes() {
    var needed = Set(outputs), kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.reads)
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}

/// Rows of a tensor by number, -1 a row of zeros.
struct RowGather: Primitive {
  static let name = "gather rows"
  static let onnxName = ""
  let rows: [Int32]
  let output: TensorSpec

  var onnxOperator: String? { nil }

  func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] { [output] }

  func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let width = inputs[0].shape.last ?? 1, from = inputs[0].floats, to = outputs[0].floats
    Parallel.ranges(rows.count, grain: 65_536 / width + 1) { range in
      for row in range {
        let target = to + row * width
        if rows[row] < 0 {
          target.update(repeating: 0, count: width)
        } else {
          target.update(from: from + Int(rows[row]) * width, count: width)
        }
      }
    }
  }
}
