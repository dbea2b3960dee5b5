import CKernels

extension LayerNormalization {
  package var savedForGradient: SavedValues { SavedValues(inputs: hasWeight ? [0, 1] : [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let primitive = LayerNormGradient(
      normalizedShape: normalizedShape, epsilon: epsilon, isCentred: true, hasWeight: hasWeight, hasBias: hasBias)
    let weight = hasWeight ? [try context.input(1)] : []
    return try Tensor.apply(primitive, [context.upstream(), context.input(0)] + weight).map { $0 }
  }
}

extension RMSNorm {
  package var savedForGradient: SavedValues { SavedValues(inputs: hasWeight ? [0, 1] : [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let primitive = LayerNormGradient(
      normalizedShape: normalizedShape, epsilon: epsilon, isCentred: false, hasWeight: hasWeight, hasBias: false)
    let weight = hasWeight ? [try context.input(1)] : []
    return try Tensor.apply(primitive, [context.upstream(), context.input(0)] + weight).map { $0 }
  }
}

/// The gradient of `LayerNormalization` and, not centred, of `RMSNorm`. Inputs: upstream, the input, the weight where there
/// is one. Outputs: the gradients by input, and by weight and bias where the flags say so.
package struct LayerNormGradient: Primitive {
  package static let name = "layerNorm gradient"
  package static let onnxName = ""

  package let normalizedShape: [Int]
  package let epsilon: Double
  package let isCentred: Bool
  package let hasWeight: Bool
  package let hasBias: Bool

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, Self.name, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    try LayerNormalization.check(Array(inputs.dropFirst()), normalizedShape, epsilon, Self.name)
    let parameter = TensorSpec(normalizedShape, inputs[1].dtype)
    return [inputs[1]] + (hasWeight ? [inputs[2]] : []) + (hasBias ? [parameter] : [])
  }

  /// Blocks of rows, each with sums of its own for weight and bias, which are then added in order.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let size = normalizedShape.reduce(1, *), isa = KernelISA.current
    let sums = Array(outputs.dropFirst())
    guard size > 0 else { return }
    let rows = inputs[0].count / size, most = 65_536 / size + 1, blocks = (rows + most - 1) / most
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats
    let weight = hasWeight ? inputs[2].floats : nil
    Workspace.withFloats(blocks * sums.count * size) { parts in
      Parallel.ranges(blocks, grain: 1) { range in
        for block in range {
          let own = parts + block * sums.count * size
          own.update(repeating: 0, count: sums.count * size)
          for row in block * most..<min((block + 1) * most, rows) {
            var centre: Float = 0, spread = 0.0
            if isCentred {
              var mean = 0.0
              vk_moments(isa, source + row * size, size, &mean, &spread)
              centre = Float(mean)
            } else {
              spread = vk_sum_squares(isa, source + row * size, size) / Double(size)
            }
            vk_row_norm_gradient(
              isa, upstream + row * size, source + row * size, weight, target + row * size, hasWeight ? own : nil,
              hasBias ? own + (sums.count - 1) * size : nil, size, centre, 1 / (spread + epsilon).squareRoot(),
              isCentred)
          }
        }
      }
      for (number, sum) in sums.enumerated() {
        let total = sum.floats, one = vk_stride(row: 0, column: 1)
        total.update(repeating: 0, count: size)
        for block in 0..<blocks {
          vk_binary_f32(isa, VK_ADD, 1, size, total, one, parts + (block * sums.count + number) * size, one, total)
        }
      }
    }
  }
}
