import CKernels

extension DeformableConvolution {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1, 2] + (hasMask ? [hasBias ? 4 : 3] : [])) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let upstream = try context.upstream(), last = hasBias ? 4 : 3
    let mask = hasMask ? [try context.input(last)] : []
    let found = try Tensor.apply(
      DeformableConvolutionGradient(settings: settings, hasMask: hasMask),
      [upstream, context.input(0), context.input(1), context.input(2)] + mask)
    var results: [Tensor?] = Array(found[..<3])
    if hasBias { results.append(context.needs(3) ? try upstream.sum(axes: [0, 2, 3]) : nil) }
    if hasMask { results.append(found[3]) }
    return results
  }
}

/// The gradient of a deformable convolution. Inputs: upstream, the input, weight, offsets, then the mask where there is one.
/// Outputs: the gradients by the latter, in that order.
package struct DeformableConvolutionGradient: Primitive {
  package static let name = "deformableConvolution gradient"
  package static let onnxName = ""

  package let settings: ConvolutionSettings
  package let hasMask: Bool

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let forward = DeformableConvolution(settings: settings, hasBias: false, hasMask: hasMask)
    guard try forward.outputs(for: Array(inputs.dropFirst()))[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, inputs[1].shape)
    }
    return Array(inputs.dropFirst())
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    2 * inputs[0].count * inputs[2].shape.dropFirst().reduce(1, *)
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    for output in outputs { output.floats.update(repeating: 0, count: output.count) }
    let forward = DeformableKernel(
      settings, input: inputs[1], weight: inputs[2], offset: inputs[3], bias: nil,
      mask: hasMask ? inputs[4].floats : nil, size: Array(inputs[0].shape[2...]))
    DeformableGradientKernel(
      forward: forward, upstream: inputs[0].floats, byInput: outputs[0].floats, byWeight: outputs[1].floats,
      byOffset: outputs[2].floats, byMask: hasMask ? outputs[3].floats : nil
    ).run()
  }
}

/// Works as `DeformableKernel` does, stretch by stretch of output pixels: the columns that were read make the weight's
/// gradient, those of the gradient go back to the pixels and to the places they were read at.
private struct DeformableGradientKernel {
  let forward: DeformableKernel
  let upstream: UnsafePointer<Float>
  let byInput: UnsafeMutablePointer<Float>, byWeight: UnsafeMutablePointer<Float>
  let byOffset: UnsafeMutablePointer<Float>, byMask: UnsafeMutablePointer<Float>?

  func run() {
    let plane = forward.how.out_h * forward.how.out_w, rows = forward.channels * forward.taps
    guard forward.images > 0, forward.outputs > 0, plane > 0, rows > 0 else { return }
    let most = max(DeformableKernel.mostColumns / 2 / rows, 64)
    let weights = forward.outputs * rows / forward.groups
    Workspace.withFloats(rows * min(plane, most)) { columns in
      Workspace.withFloats(weights) { part in
        for image in 0..<forward.images {
          for begin in stride(from: 0, to: plane, by: most) {
            let pixels = begin..<min(begin + most, plane)
            forward.fill(columns, image, pixels)
            addWeights(columns, image, pixels, part, count: weights)
            multiply(into: columns, image, pixels)
            addInput(columns, image, pixels)
            movePlaces(columns, image, pixels)
          }
        }
      }
    }
  }

  /// Upstream times the columns.
  private func addWeights(
    _ columns: UnsafePointer<Float>, _ image: Int, _ pixels: Range<Int>, _ part: UnsafeMutablePointer<Float>,
    count: Int
  ) {
    let plane = forward.how.out_h * forward.how.out_w, groups = forward.groups
    let depth = forward.channels / groups * forward.taps, rows = forward.outputs / groups
    var products = MatrixProducts(rows: rows, columns: depth, depth: pixels.count, count: groups, leftCount: groups)
    products.leftRowStride = plane
    products.isRightTransposed = true
    products.rightStride = pixels.count
    products.run {
      upstream + (image * forward.outputs + $0 * rows) * plane + pixels.lowerBound
    } product: { group in
      .init(
        left: group, right: columns + group * depth * pixels.count, output: part + group * rows * depth,
        rowBias: nil, columnBias: nil)
    }
    let one = vk_stride(row: 0, column: 1)
    vk_binary_f32(KernelISA.current, VK_ADD, 1, count, byWeight, one, part, one, byWeight)
  }

  /// The gradient of the columns: the transposed weight times upstream.
  private func multiply(into columns: UnsafeMutablePointer<Float>, _ image: Int, _ pixels: Range<Int>) {
    let plane = forward.how.out_h * forward.how.out_w, groups = forward.groups
    let rows = forward.channels / groups * forward.taps, depth = forward.outputs / groups
    var products = MatrixProducts(rows: rows, columns: pixels.count, depth: depth, count: groups, leftCount: groups)
    products.leftRowStride = 1
    products.leftDepthStride = rows
    products.rightStride = plane
    products.run {
      forward.weight + $0 * rows * depth
    } product: { group in
      .init(
        left: group, right: upstream + (image * forward.outputs + group * depth) * plane + pixels.lowerBound,
        output: columns + group * rows * pixels.count, rowBias: nil, columnBias: nil)
    }
  }

  private func addInput(_ columns: UnsafePointer<Float>, _ image: Int, _ pixels: Range<Int>) {
    let size = forward.how.in_h * forward.how.in_w, shared = forward.channels / forward.offsetGroups
    Parallel.ranges(forward.channels, grain: 8_192 / (forward.taps * pixels.count) + 1) { range in
      var how = forward.how
      for channel in range {
        for tap in 0..<forward.taps {
          let place = placed(image, channel / shared, tap)
          vk_deformable_input_gradient(
            &how, columns + (channel * forward.taps + tap) * pixels.count, tap, place.dy, place.dx, place.mask,
            byInput + (image * forward.channels + channel) * size, pixels.lowerBound, pixels.upperBound)
        }
      }
    }
  }

  private func movePlaces(_ columns: UnsafePointer<Float>, _ image: Int, _ pixels: Range<Int>) {
    let size = forward.how.in_h * forward.how.in_w, plane = forward.how.out_h * forward.how.out_w
    let taps = forward.taps, shared = forward.channels / forward.offsetGroups
    Parallel.ranges(forward.offsetGroups * taps, grain: 8_192 / (shared * pixels.count) + 1) { range in
      var how = forward.how
      for item in range {
        let group = item / taps, tap = item % taps, place = placed(image, group, tap)
        vk_deformable_place_gradient(
          &how, forward.input + (image * forward.channels + group * shared) * size,
          columns + (group * shared * taps + tap) * pixels.count, taps * pixels.count, shared, tap, place.dy,
          place.dx, place.mask, byOffset + 2 * place.index * plane, byOffset + (2 * place.index + 1) * plane,
          byMask.map { $0 + place.index * plane }, pixels.lowerBound, pixels.upperBound)
      }
    }
  }

  /// Offsets and factors of one tap.
  private func placed(
    _ image: Int, _ group: Int, _ tap: Int
  ) -> (index: Int, dy: UnsafePointer<Float>, dx: UnsafePointer<Float>, mask: UnsafePointer<Float>?) {
    let plane = forward.how.out_h * forward.how.out_w
    let index = (image * forward.offsetGroups + group) * forward.taps + tap
    return (
      index, forward.offset + 2 * index * plane, forward.offset + (2 * index + 1) * plane,
      forward.mask.map { $0 + index * plane }
    )
  }
}
