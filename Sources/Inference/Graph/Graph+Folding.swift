import TensorCore

extension Graph {
  /// Computes what depends on constants alone.
  mutating func foldConstants() throws(ShapeError) {
    var kept: [Node] = []
    for node in nodes {
      guard let known = try known(node.inputs) else {
        kept.append(node)
        continue
      }
      for (value, tensor) in zip(node.outputs, try Tensor.apply(node.primitive, known)) { constants[value] = tensor }
    }
    nodes = kept
  }

  /// Puts batch norm, added tensors and activations into the operation that computes what they read, where nobody else reads
  /// it. An operation moves down to where the last thing it took in stood, so that what it adds is there.
  mutating func fuseEpilogues() throws(ShapeError) {
    let uses = uses
    var result: [Node?] = [], producer: [Int: Int] = [:]
    func candidate(_ value: Int) -> Int? {
      guard uses[value] == 1, let index = producer[value], let node = result[index], takesEpilogue(node),
        !node.epilogue.isClosed
      else { return nil }
      return index
    }
    func move(_ index: Int, to outputs: [Int], _ change: (inout Epilogue) -> Void) {
      guard var node = result[index] else { return }
      result[index] = nil
      change(&node.epilogue)
      node.outputs = outputs + node.outputs.dropFirst()
      producer[outputs[0]] = result.count
      result.append(node)
    }
    for var node in nodes {
      if let norm = node.primitive as? BatchNorm, let affine = try affine(norm, node) {
        if let index = candidate(node.inputs[0]), let target = result[index], target.epilogue.residual == nil,
          target.epilogue.biasValue == nil, target.foldsScale
        {
          let old = target.epilogue
          move(index, to: node.outputs) { epilogue in
            epilogue.scale = zip(old.scale ?? Array(repeating: 1, count: affine.scale.count), affine.scale).map {
              $0 * $1
            }
            epilogue.bias = affine.bias.indices.map { affine.bias[$0] + (old.bias?[$0] ?? 0) * affine.scale[$0] }
          }
          continue
        }
        node.epilogue.scale = affine.scale
        node.epilogue.bias = affine.bias
      } else if let binary = node.primitive as? Binary, binary.function == .add,
        specs[node.inputs[0]] == specs[node.inputs[1]], node.inputs[0] != node.inputs[1]
      {
        // The later of the two: it moves least.
        let candidates = node.inputs.compactMap { value in candidate(value).map { (value, $0) } }
          .filter { result[$0.1]?.epilogue.residual == nil }
        if let (value, index) = candidates.max(by: { $0.1 < $1.1 }) {
          let other = node.inputs[0] == value ? node.inputs[1] : node.inputs[0]
          move(index, to: node.outputs) { $0.residual = other }
          continue
        }
      } else if let unary = node.primitive as? Unary, let activation = Activation(unary.function),
        let index = candidate(node.inputs[0])
      {
        move(index, to: node.outputs) { $0.activation = activation }
        continue
      }
      if node.isConvolution, node.inputs.count > 2, specs[node.inputs[2]].dtype == .float32 {
        if let bias = try known(node.inputs[2]) {
          node.epilogue.bias = try bias.floats()
        } else {
          node.epilogue.biasValue = node.inputs[2]
        }
        node.inputs.removeLast()
      }
      for value in node.outputs { producer[value] = result.count }
      result.append(node)
    }
    nodes = result.compactMap { $0 }
    sortNodes()
  }

  /// Whether what follows may happen before its values are stored: only where a kernel of the engine will compute them, as
  /// eager execution knows nothing of it.
  private func takesEpilogue(_ node: Node) -> Bool {
    let input = specs[node.inputs[0]]
    guard input.dtype == .float32, input.count > 0 else { return false }
    if node.primitive is LinearProduct { return specs[node.inputs[1]].count > 0 }
    if node.primitive is BatchNorm { return node.epilogue.scale != nil }
    guard input.rank == 4 else { return false }
    if node.primitive is InstanceNorm { return node.inputs.dropFirst().allSatisfy(isKnown) }
    return node.isConvolution || node.primitive is BatchNormTraining
  }

  /// Factor and offset by channel that a batch norm with known statistics comes to.
  private func affine(_ norm: BatchNorm, _ node: Node) throws(ShapeError) -> (scale: [Float], bias: [Float])? {
    guard specs[node.inputs[0]].rank == 4, let known = try known(node.inputs.dropFirst()) else { return nil }
    let mean = try known[0].floats(), variance = try known[1].floats()
    let weight = norm.hasWeight ? try known[2].floats() : nil
    let bias = norm.hasBias ? try known[norm.hasWeight ? 3 : 2].floats() : nil
    let scale = variance.indices.map { Double(weight?[$0] ?? 1) / (Double(variance[$0]) + norm.epsilon).squareRoot() }
    return (
      scale.map { Float($0) },
      scale.indices.map { Float(Double(bias?[$0] ?? 0) - Double(mean[$0]) * scale[$0]) }
    )
  }
}

extension Graph.Node {
  /// A convolution, plain or transposed, or a product with a matrix.
  var isConvolution: Bool {
    primitive is Convolution || primitive is ConvolutionTranspose || primitive is LinearProduct
  }
  /// Whether factors by output channel can be multiplied into its weights.
  var foldsScale: Bool { primitive is Convolution || primitive is ConvolutionTranspose }
}
