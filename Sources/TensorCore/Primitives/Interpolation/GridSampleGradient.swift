import CKernels

extension GridSample {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    try Tensor.apply(
      GridSampleGradient(sampling: self), [context.upstream(), context.input(0), context.input(1)]
    ).map { $0 }
  }
}

/// The gradient of `GridSample`. Inputs: upstream, the planes, the grid. Outputs: the gradients by planes and grid.
package struct GridSampleGradient: Primitive {
  package static let name = "gridSample gradient"
  package static let onnxName = ""

  package let sampling: GridSample

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard try sampling.outputs(for: [inputs[1], inputs[2]])[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, inputs[1].shape)
    }
    return [inputs[1], inputs[2]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[1].shape, plane = inputs[0].shape[2] * inputs[0].shape[3], channels = shape[1]
    let size = shape[2] * shape[3]
    let upstream = inputs[0].floats, planes = inputs[1].floats, places = inputs[2].floats
    let byPlanes = outputs[0].floats, byPlaces = outputs[1].floats
    let grid = sampling.kernel(shape, plane: plane)
    // By the planes: a channel's pixels are written by one thread.
    let most = max(65_536 / (plane + size + 1), 1), blocks = (channels + most - 1) / most
    Parallel.ranges(shape[0] * blocks, grain: 1) { range in
      var grid = grid
      for index in range {
        let sample = index / max(blocks, 1), begin = index % max(blocks, 1) * most
        vk_grid_input_gradient(
          places + sample * plane * 2, upstream + sample * channels * plane, byPlanes + sample * channels * size,
          &grid, begin, min(begin + most, channels))
      }
    }
    let stretch = 1024, stretches = (plane + stretch - 1) / stretch
    Parallel.ranges(shape[0] * stretches, grain: 1) { range in
      var grid = grid
      for index in range {
        let sample = index / stretches, begin = index % stretches * stretch
        vk_grid_place_gradient(
          planes + sample * channels * size, places + sample * plane * 2, upstream + sample * channels * plane,
          byPlaces + sample * plane * 2, &grid, begin, min(begin + stretch, plane))
      }
    }
  }
}
