import CKernels

extension L2Normalize {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(L2NormalizeGradient(norm: self), context.upstream(), context.input(0))]
  }
}

/// The gradient of `L2Normalize`. Inputs: upstream and the input.
package struct L2NormalizeGradient: Primitive {
  package static let name = "l2Normalize gradient"
  package static let onnxName = ""

  package let norm: L2Normalize

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, Self.name, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    return try norm.outputs(for: [inputs[1]])
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats
    guard inputs[0].count > 0 else { return }
    let split = AxisSplit(inputs[0].shape, axis: norm.axis), block = split.length * split.inner
    Parallel.ranges(split.outer, grain: 65_536 / block + 1) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * split.inner) { workspace in
        for index in range {
          vk_l2_normalize_gradient(
            KernelISA.current, upstream + index * block, source + index * block, target + index * block, split.length,
            split.inner, Float(norm.epsilon), workspace.baseAddress)
        }
      }
    }
  }
}

extension LocalResponseNorm {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(LocalResponseNormGradient(norm: self), context.upstream(), context.input(0))]
  }
}

/// The gradient of `LocalResponseNorm`. Inputs: upstream and the input.
package struct LocalResponseNormGradient: Primitive {
  package static let name = "localResponseNorm gradient"
  package static let onnxName = ""

  package let norm: LocalResponseNorm

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0] == inputs[1] else {
      throw ShapeError(.shape, Self.name, "upstream differs", shapes: inputs[0].shape, inputs[1].shape)
    }
    return try norm.outputs(for: [inputs[1]])
  }

  /// Stretches of pixels through all channels.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats
    let channels = inputs[0].shape[1], plane = inputs[0].shape.dropFirst(2).reduce(1, *), stretch = 128
    guard inputs[0].count > 0 else { return }
    let stretches = (plane + stretch - 1) / stretch
    Parallel.ranges(inputs[0].shape[0] * stretches, grain: 8) { range in
      Workspace.withFloats(2 * channels * stretch) { workspace in
        for index in range {
          let sample = index / stretches * channels * plane, begin = index % stretches * stretch
          vk_local_response_gradient(
            KernelISA.current, upstream + sample, source + sample, target + sample, channels, plane, begin,
            min(begin + stretch, plane), norm.size, Float(norm.alpha), Float(norm.beta), Float(norm.k), workspace)
        }
      }
    }
  }
}
