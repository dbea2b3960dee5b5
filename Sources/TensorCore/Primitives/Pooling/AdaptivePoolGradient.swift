import CKernels

extension AdaptivePool {
  package var savedForGradient: SavedValues { reduction == .max ? SavedValues(inputs: [0]) : .none }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream()
    if reduction == .max { return [try .applySingle(AdaptiveMaxGradient(size: size), upstream, context.input(0))] }
    let planes = Array(context.inputSpecs[0].shape.suffix(2))
    return [try .applySingle(AdaptiveAverageGradient(size: planes), upstream)]
  }
}

/// The gradient of an adaptive mean: each mean's share to the elements of its window. Input: upstream.
package struct AdaptiveAverageGradient: Primitive {
  package static let name = "adaptiveAveragePool gradient"
  package static let onnxName = ""

  /// Rows and columns of the pool's input.
  package let size: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let spec = TensorSpec(inputs[0].shape.dropLast(2) + size, inputs[0].dtype)
    let pool = AdaptivePool(size: Array(inputs[0].shape.suffix(2)), reduction: .average)
    _ = try pool.outputs(for: [spec])
    return [spec]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let from = Array(inputs[0].shape.suffix(2))
    InterpolateGradient.resample(
      inputs[0], into: outputs[0], .adaptiveMeans(from: size[0], to: from[0]),
      .adaptiveMeans(from: size[1], to: from[1]))
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let pool = AdaptivePool(size: Array(context.inputSpecs[0].shape.suffix(2)), reduction: .average)
    return [try .applySingle(pool, context.upstream())]
  }
}

/// The gradient of an adaptive largest-element pool: to the first of the largest of each window. Inputs: upstream and the
/// pool's input.
package struct AdaptiveMaxGradient: Primitive {
  package static let name = "adaptiveMaxPool gradient"
  package static let onnxName = ""

  /// Rows and columns of the pool's output.
  package let size: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard try AdaptivePool(size: size, reduction: .max).outputs(for: [inputs[1]])[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, inputs[1].shape)
    }
    return [inputs[1]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats
    let shape = inputs[1].shape, height = shape[shape.count - 2], width = shape[shape.count - 1]
    let area = height * width, count = size[0] * size[1]
    Parallel.ranges(shape.dropLast(2).reduce(1, *), grain: 65_536 / (area + count) + 1) { range in
      for plane in range {
        vk_adaptive_max_gradient(
          source + plane * area, upstream + plane * count, target + plane * area, height, width, size[0], size[1])
      }
    }
  }
}
