import CKernels

/// The gradient of a convolution by its weight. Inputs: the convolution's input `[N, C, H, W]` and upstream `[N, O, H', W']`;
/// output `[O, C/groups, kH, kW]`.
package struct ConvolutionWeightGradient: Primitive {
  package static let name = "convolution weight gradient"
  package static let onnxName = ""

  package let settings: ConvolutionSettings
  /// Rows and columns of the kernel.
  package let kernel: [Int]

  package init(_ settings: ConvolutionSettings, kernel: [Int]) {
    self.settings = settings
    self.kernel = kernel
  }

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(Self.name)
    let input = inputs[0].shape, upstream = inputs[1].shape
    guard input.count == 4, upstream.count == 4, input[0] == upstream[0], kernel.count == 2,
      input[1] % settings.groups == 0, upstream[1] % settings.groups == 0, inputs[0].dtype == inputs[1].dtype
    else { throw ShapeError(.shape, Self.name, "input and upstream do not fit", shapes: input, upstream) }
    for axis in 0..<2 {
      let padded = input[2 + axis] + settings.sides[axis] + settings.sides[axis + 2]
      let reach = settings.dilation[axis] * (kernel[axis] - 1) + 1
      // A transposed convolution's input may lack the last places where the window could stand.
      guard upstream[2 + axis] >= 0, (upstream[2 + axis] - 1) * settings.stride[axis] + reach <= padded else {
        throw ShapeError(.shape, Self.name, "upstream is too large for the input", shapes: input, upstream)
      }
    }
    return [TensorSpec([upstream[1], input[1] / settings.groups] + kernel, inputs[0].dtype)]
  }

  package func multiplyAdds(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int {
    inputs[1].count * outputs[0].shape.dropFirst().reduce(1, *)
  }

  /// Image by image, in order: its patches as columns, times upstream.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let input = inputs[0].shape, upstream = inputs[1].shape, result = outputs[0]
    result.pointer.initializeMemory(as: UInt8.self, repeating: 0, count: result.spec.byteCount)
    let pixels = upstream[2] * upstream[3], groups = settings.groups
    guard inputs[1].count > 0, result.count > 0, inputs[0].count > 0 else { return }
    let rows = input[1] * kernel[0] * kernel[1], groupRows = rows / groups, groupOutputs = upstream[1] / groups
    let shape = vk_unfold_shape(
      channels: input[1], height: input[2], width: input[3], kernel_h: kernel[0], kernel_w: kernel[1],
      out_h: upstream[2], out_w: upstream[3], stride_h: settings.stride[0], stride_w: settings.stride[1],
      dilation_h: settings.dilation[0], dilation_w: settings.dilation[1], pad_top: settings.sides[0],
      pad_left: settings.sides[1])
    let isPlain =
      kernel == [1, 1] && settings.stride == [1, 1] && settings.padding.allSatisfy { $0 == 0 }
      && upstream[2...] == input[2...]
    Workspace.withFloats(isPlain ? 0 : rows * pixels) { columns in
      Workspace.withFloats(result.count) { part in
        for image in 0..<input[0] {
          let source = inputs[0].floats + image * input[1] * input[2] * input[3]
          if !isPlain {
            Parallel.ranges(rows, grain: 65_536 / pixels + 1) { range in
              var shape = shape
              vk_unfold(&shape, source, columns, range.lowerBound, range.upperBound)
            }
          }
          let patches = isPlain ? source : UnsafePointer(columns)
          for group in 0..<groups {
            MatrixKernel(
              left: inputs[1].floats + (image * upstream[1] + group * groupOutputs) * pixels,
              MatrixShape([groupOutputs, pixels], isLeft: true, transposed: false),
              right: patches + group * groupRows * pixels,
              MatrixShape([groupRows, pixels], isLeft: false, transposed: true),
              output: part + group * groupOutputs * groupRows
            ).run()
          }
          let one = vk_stride(row: 0, column: 1)
          Parallel.ranges(result.count, grain: 1 << 16) { range in
            let at = range.lowerBound
            vk_binary_f32(
              KernelISA.current, VK_ADD, 1, range.count, result.floats + at, one, part + at, one, result.floats + at)
          }
        }
      }
    }
  }

  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  /// Linear in both, so that it can be differentiated again.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let weight = try context.upstream()
    return [
      context.needs(0)
        ? try Convolution.inputGradient(
          context.input(1), weight, settings, input: context.inputSpecs[0].shape, kernel: kernel) : nil,
      context.needs(1) ? try .applySingle(Convolution(settings), context.input(0), weight) : nil,
    ]
  }
}
