import CKernels

/// Chooses the kernel for a convolution by its sizes: depthwise, plain matrix product (1x1, or a kernel as large as the
/// image), or the matrix product that packs pixels as it goes.
package struct ConvolutionKernel {
  let settings: ConvolutionSettings
  let input: TensorView
  let weight: TensorView
  let bias: UnsafePointer<Float>?
  let output: MutableTensorView
  let isa: vk_isa

  private let images: Int, channels: Int, height: Int, width: Int
  private let outputs: Int, kernelHeight: Int, kernelWidth: Int, outHeight: Int, outWidth: Int
  /// Input and output channels of a group.
  private let groupChannels: Int, groupOutputs: Int

  /// The shapes must have passed `Convolution.outputs`.
  package init(
    _ settings: ConvolutionSettings, input: TensorView, weight: TensorView, bias: UnsafePointer<Float>?,
    output: MutableTensorView, isa: vk_isa = KernelISA.current
  ) {
    self.isa = isa
    self.settings = settings
    self.input = input
    self.weight = weight
    self.bias = bias
    self.output = output
    (images, channels, height, width) = (input.shape[0], input.shape[1], input.shape[2], input.shape[3])
    (outputs, kernelHeight, kernelWidth) = (weight.shape[0], weight.shape[2], weight.shape[3])
    (outHeight, outWidth) = (output.shape[2], output.shape[3])
    (groupChannels, groupOutputs) = (channels / settings.groups, outputs / settings.groups)
  }

  private var taps: Int { kernelHeight * kernelWidth }
  private var isUnpadded: Bool { settings.padding.allSatisfy { $0 == 0 } }

  package func run() {
    guard output.count > 0 else { return }
    if groupChannels == 1, settings.groups > 1, groupOutputs <= 2, let depthwise {
      runDepthwise(depthwise)
    } else if isUnpadded, outHeight == 1, outWidth == 1, kernelHeight == height, kernelWidth == width {
      runDense()
    } else if taps == 1, isUnpadded, settings.stride == [1, 1] {
      products.run(left: leftMatrix, product: product)
    } else {
      runWindow()
    }
  }

  /// The products of all images and groups, over plain planes of pixels.
  private var products: MatrixProducts {
    var products = MatrixProducts(
      rows: groupOutputs, columns: outHeight * outWidth, depth: groupChannels * taps, count: images * settings.groups,
      leftCount: settings.groups)
    products.isa = isa
    return products
  }

  private func leftMatrix(_ group: Int) -> UnsafePointer<Float> {
    weight.floats + group * groupOutputs * groupChannels * taps
  }

  private func product(_ index: Int) -> MatrixProducts.Product {
    let group = index % settings.groups
    return .init(
      left: group, right: input.floats + index * groupChannels * height * width,
      output: output.floats + index * groupOutputs * outHeight * outWidth,
      rowBias: bias.map { $0 + group * groupOutputs }, columnBias: nil)
  }

  /// A kernel as large as the image: a fully connected layer.
  private func runDense() {
    let depth = groupChannels * taps
    for group in 0..<settings.groups {
      for image in settings.groups == 1 ? 0..<1 : 0..<images {
        MatrixKernel(
          left: input.floats + (image * settings.groups + group) * depth,
          MatrixShape([settings.groups == 1 ? images : 1, depth], isLeft: true, transposed: false),
          right: leftMatrix(group), MatrixShape([groupOutputs, depth], isLeft: false, transposed: true),
          output: output.floats + (image * settings.groups + group) * groupOutputs,
          bias: bias.map { $0 + group * groupOutputs }, isa: isa
        ).run()
      }
    }
  }

  private func runWindow() {
    var tapRows: [Int] = [], tapColumns: [Int] = []
    for row in 0..<kernelHeight {
      for column in 0..<kernelWidth {
        tapRows.append(row * settings.dilation[0] - settings.sides[0])
        tapColumns.append(column * settings.dilation[1] - settings.sides[1])
      }
    }
    tapRows.withUnsafeBufferPointer { tapRows in
      tapColumns.withUnsafeBufferPointer { tapColumns in
        var products = products
        products.window = vk_convolution_window(
          channels: groupChannels, height: height, width: width, out_height: outHeight, out_width: outWidth,
          stride_y: settings.stride[0], stride_x: settings.stride[1], taps: taps, tap_y: tapRows.baseAddress,
          tap_x: tapColumns.baseAddress)
        products.run(left: leftMatrix, product: product)
      }
    }
  }

  /// The depthwise kernel's view, or nil where strides or reach are beyond what it is made for.
  private var depthwise: vk_depthwise? {
    let reach = (settings.dilation[0] * (kernelHeight - 1), settings.dilation[1] * (kernelWidth - 1))
    guard reach.0 <= 256, reach.1 <= 256, settings.stride.allSatisfy({ $0 <= 16 }) else { return nil }
    return vk_depthwise(
      height: height, width: width, kernel_height: kernelHeight, kernel_width: kernelWidth, out_height: outHeight,
      out_width: outWidth, stride_y: settings.stride[0], stride_x: settings.stride[1],
      dilation_y: settings.dilation[0], dilation_x: settings.dilation[1], padding_top: settings.sides[0],
      padding_left: settings.sides[1], multiplier: groupOutputs)
  }

  private func runDepthwise(_ depthwise: vk_depthwise) {
    let planeWork = outHeight &* outWidth &* taps
    Parallel.ranges(images * outputs, grain: (1 << 18) / max(planeWork, 1)) { chunk in
      var depthwise = depthwise
      Workspace.withFloats(vk_depthwise_workspace_count(isa, &depthwise)) { workspace in
        // Plane numbers run over images and output channels.
        var plane = chunk.lowerBound
        while plane < chunk.upperBound {
          let image = plane / outputs, channel = plane % outputs
          let end = min(outputs, channel + chunk.upperBound - plane)
          vk_depthwise_run(
            isa, &depthwise, channel, end, input.floats + image * channels * height * width, weight.floats, bias,
            output.floats + image * outputs * outHeight * outWidth, workspace)
          plane += end - channel
        }
      }
    }
  }
}
