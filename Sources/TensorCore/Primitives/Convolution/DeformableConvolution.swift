import CKernels

/// Convolution whose kernel taps read at places that are given for every output pixel. Inputs: `[N, C, H, W]`, weight,
/// offsets, then bias and mask where they are.
package struct DeformableConvolution: Primitive {
  package static let name = "deformableConvolution"
  package static let onnxName = "DeformConv"

  package let settings: ConvolutionSettings
  package let hasBias: Bool
  package let hasMask: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0].shape, weight = inputs[1].shape, offset = inputs[2].shape
    // Groups follow from the channels, so the shape rule of convolution checks everything but offsets and mask.
    let plain = try Convolution(settings).outputs(for: Array(inputs[..<2]) + (hasBias ? [inputs[3]] : []))
    let size = Array(plain[0].shape[2...]), taps = weight[2] * weight[3]
    guard input[2].multipliedReportingOverflow(by: input[3]).partialValue <= Int(Int32.max) else {
      throw ShapeError(.memory, Self.name, "planes are at most 2^31 - 1 elements", shapes: input)
    }
    guard offset.count == 4, offset[0] == input[0], Array(offset[2...]) == size, offset[1] > 0,
      offset[1] % (2 * taps) == 0, input[1] % (offset[1] / (2 * taps)) == 0
    else {
      throw ShapeError(
        .shape, Self.name,
        "offsets must be [\(input[0]), G * \(2 * taps), \(size[0]), \(size[1])], G dividing \(input[1])",
        shapes: input, weight, offset)
    }
    let mask = [offset[0], offset[1] / 2] + size
    guard !hasMask || inputs.last?.shape == mask else {
      throw ShapeError(.shape, Self.name, "mask must be \(mask)", shapes: inputs.last?.shape ?? [])
    }
    return plain
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    DeformableKernel(
      settings, input: inputs[0], weight: inputs[1], offset: inputs[2], bias: hasBias ? inputs[3].floats : nil,
      mask: hasMask ? inputs[inputs.count - 1].floats : nil, size: Array(outputs[0].shape[2...])
    ).run(into: outputs[0].floats)
  }
}

/// Fills columns with what the taps read, stretch by stretch of output pixels, and multiplies them with the weight.
struct DeformableKernel {
  let weight: UnsafePointer<Float>, input: UnsafePointer<Float>, offset: UnsafePointer<Float>
  let bias: UnsafePointer<Float>?, mask: UnsafePointer<Float>?
  let images: Int, channels: Int, outputs: Int, taps: Int, groups: Int, offsetGroups: Int
  let how: vk_deformable

  /// Floats of columns that are held at a time.
  static let mostColumns = 1 << 23
  /// Pixels of a tap that are worth handing to a thread.
  private static let stretch = 1024

  /// The shapes must have passed `DeformableConvolution.outputs`; `size` is the output's rows and columns.
  init(
    _ settings: ConvolutionSettings, input: TensorView, weight: TensorView, offset: TensorView,
    bias: UnsafePointer<Float>?, mask: UnsafePointer<Float>?, size: [Int]
  ) {
    (self.input, self.weight, self.offset) = (input.floats, weight.floats, offset.floats)
    (self.bias, self.mask) = (bias, mask)
    (images, channels, outputs) = (input.shape[0], input.shape[1], weight.shape[0])
    (taps, groups) = (weight.shape[2] * weight.shape[3], settings.groups)
    offsetGroups = offset.shape[1] / (2 * taps)
    how = vk_deformable(
      in_h: input.shape[2], in_w: input.shape[3], out_h: size[0], out_w: size[1],
      kernel_h: weight.shape[2], kernel_w: weight.shape[3], stride_h: settings.stride[0],
      stride_w: settings.stride[1], dilation_h: settings.dilation[0], dilation_w: settings.dilation[1],
      pad_h: settings.sides[0], pad_w: settings.sides[1])
  }

  func run(into output: UnsafeMutablePointer<Float>) {
    let plane = how.out_h * how.out_w
    guard images > 0, outputs > 0, plane > 0 else { return }
    let most = max(Self.mostColumns / max(channels * taps, 1), 64)
    Workspace.withFloats(channels * taps * min(plane, most)) { columns in
      for image in 0..<images {
        for begin in stride(from: 0, to: plane, by: most) {
          let pixels = begin..<min(begin + most, plane)
          fill(columns, image, pixels)
          multiply(columns, image, pixels, into: output)
        }
      }
    }
  }

  /// What the taps read for some output pixels of an image: `[channels * taps, pixels]`.
  func fill(_ columns: UnsafeMutablePointer<Float>, _ image: Int, _ pixels: Range<Int>) {
    let plane = how.out_h * how.out_w, shared = channels / offsetGroups
    let stretches = (pixels.count + Self.stretch - 1) / Self.stretch
    Parallel.ranges(offsetGroups * taps * stretches, grain: max(32 / max(shared, 1), 1)) { chunk in
      var how = how
      for item in chunk {
        let tap = item / stretches % taps, group = item / stretches / taps
        let begin = pixels.lowerBound + item % stretches * Self.stretch
        let end = min(begin + Self.stretch, pixels.upperBound)
        let place = (image * offsetGroups + group) * taps + tap
        vk_deformable_columns(
          KernelISA.current, &how, input + (image * channels + group * shared) * how.in_h * how.in_w, shared, tap,
          offset + 2 * place * plane, offset + (2 * place + 1) * plane, mask.map { $0 + place * plane },
          columns + (group * shared * taps + tap) * pixels.count + begin - pixels.lowerBound, taps * pixels.count,
          begin, end)
      }
    }
  }

  private func multiply(
    _ columns: UnsafePointer<Float>, _ image: Int, _ pixels: Range<Int>, into output: UnsafeMutablePointer<Float>
  ) {
    let plane = how.out_h * how.out_w, depth = channels / groups * taps, rows = outputs / groups
    var products = MatrixProducts(rows: rows, columns: pixels.count, depth: depth, count: groups, leftCount: groups)
    products.outputStride = plane
    products.run {
      weight + $0 * rows * depth
    } product: { group in
      .init(
        left: group, right: columns + group * depth * pixels.count,
        output: output + (image * outputs + group * rows) * plane + pixels.lowerBound,
        rowBias: bias.map { $0 + group * rows }, columnBias: nil)
    }
  }
}

extension Tensor {
  /// Deformable convolution, as `torchvision.ops.deform_conv2d`: `[N, C, H, W]` with weight `[O, C/groups, kH, kW]`,
  /// offsets `[N, G * 2 * kH * kW, H', W']`, bias `[O]` and mask `[N, G * kH * kW, H', W']` -> `[N, O, H', W']`.
  /// Dai et al. 2017, arXiv 1703.06211; with a mask Zhu et al. 2018, arXiv 1811.11168.
  ///
  /// Each of the G groups of channels has, for every output pixel and kernel tap, an offset (y, x) in pixels that is
  /// added to the place the tap reads, bilinearly, 0 outside; the mask multiplies what it read. G and the groups of the
  /// weight follow from the shapes. Throws where shapes do not fit.
  public func deformableConvolution(
    _ weight: Tensor, offset: Tensor, mask: Tensor? = nil, bias: Tensor? = nil, stride: [Int] = [1, 1],
    padding: [Int] = [0, 0], dilation: [Int] = [1, 1]
  ) throws(ShapeError) -> Tensor {
    let groups = rank == 4 && weight.rank == 4 && weight.shape[1] > 0 ? Swift.max(shape[1] / weight.shape[1], 1) : 1
    let settings = ConvolutionSettings(stride: stride, padding: padding, dilation: dilation, groups: groups)
    let primitive = DeformableConvolution(settings: settings, hasBias: bias != nil, hasMask: mask != nil)
    return try Tensor.apply(primitive, [self, weight, offset] + [bias, mask].compactMap { $0 })[0]
  }
}
