import CKernels

/// Computes a transposed convolution in gather form: the outputs that lie `stride` apart see the same taps, so that each
/// such phase is a plain convolution of stride 1 with some of the taps, and no zeros are multiplied.
package struct ConvolutionTransposeKernel {
  let settings: ConvolutionSettings
  let input: TensorView
  /// `[I, O/groups, kH, kW]`.
  let weight: TensorView
  let bias: UnsafePointer<Float>?
  let output: MutableTensorView
  let isa: vk_isa

  /// The shapes must have passed `ConvolutionTranspose.outputs`.
  package init(
    _ settings: ConvolutionSettings, input: TensorView, weight: TensorView, bias: UnsafePointer<Float>?,
    output: MutableTensorView, isa: vk_isa = KernelISA.current
  ) {
    self.settings = settings
    self.input = input
    self.weight = weight
    self.bias = bias
    self.output = output
    self.isa = isa
  }

  /// Along one axis, the outputs `first`, `first + stride`, ...: how many, and which taps read which neighbour.
  private struct Phase {
    let first: Int
    let count: Int
    var taps: [(kernel: Int, offset: Int)] = []
  }

  private func phases(axis: Int) -> [Phase] {
    let size = output.shape[2 + axis], stride = settings.stride[axis], kernel = weight.shape[2 + axis]
    return (0..<min(stride, size)).map { first in
      var phase = Phase(first: first, count: (size - first + stride - 1) / stride)
      for tap in 0..<kernel {
        // Output y gathers input (y + padding - tap * dilation) / stride, where that is whole.
        let distance = first + settings.sides[axis] - tap * settings.dilation[axis]
        if distance.isMultiple(of: stride) { phase.taps.append((tap, distance / stride)) }
      }
      return phase
    }
  }

  package func run() {
    guard output.count > 0 else { return }
    let columnPhases = phases(axis: 1)
    for rowPhase in phases(axis: 0) {
      for columnPhase in columnPhases { run(rowPhase, columnPhase) }
    }
  }

  private func run(_ rowPhase: Phase, _ columnPhase: Phase) {
    let taps = rowPhase.taps.flatMap { row in columnPhase.taps.map { column in (row, column) } }
    let tapRows = taps.map(\.0.offset), tapColumns = taps.map(\.1.offset)
    let kernels = taps.map { $0.0.kernel * weight.shape[3] + $0.1.kernel }
    let planes = output.shape[0] * output.shape[1], pixels = rowPhase.count * columnPhase.count
    let isWhole = pixels == output.shape[2] * output.shape[3]
    Workspace.withFloats(input.shape[1] * weight.shape[1] * taps.count) { matrices in
      gather(kernels, into: matrices)
      tapRows.withUnsafeBufferPointer { tapRows in
        tapColumns.withUnsafeBufferPointer { tapColumns in
          let window = vk_convolution_window(
            channels: input.shape[1] / settings.groups, height: input.shape[2], width: input.shape[3],
            out_height: rowPhase.count, out_width: columnPhase.count, stride_y: 1, stride_x: 1, taps: taps.count,
            tap_y: tapRows.baseAddress, tap_x: tapColumns.baseAddress)
          if isWhole { return multiply(window, matrices, into: output.floats) }
          Workspace.withFloats(planes * pixels) { phase in
            multiply(window, matrices, into: phase)
            scatter(phase, rowPhase, columnPhase)
          }
        }
      }
    }
  }

  /// The weights of some taps as one matrix a group, `[O/groups, I/groups * taps]`.
  private func gather(_ kernels: [Int], into matrices: UnsafeMutablePointer<Float>) {
    let outputs = weight.shape[1], channels = input.shape[1] / settings.groups
    let size = weight.shape[2] * weight.shape[3]
    Parallel.ranges(settings.groups * outputs, grain: (1 << 14) / max(channels * kernels.count, 1)) { rows in
      for row in rows {
        let group = row / outputs, output = row % outputs
        var target = matrices + row * channels * kernels.count
        for channel in 0..<channels {
          let source = weight.floats + ((group * channels + channel) * outputs + output) * size
          for (index, kernel) in kernels.enumerated() { target[index] = source[kernel] }
          target += kernels.count
        }
      }
    }
  }

  private func multiply(
    _ window: vk_convolution_window, _ matrices: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    let groups = settings.groups, outputs = weight.shape[1], channels = window.channels
    let pixels = window.out_height * window.out_width
    var products = MatrixProducts(
      rows: outputs, columns: pixels, depth: channels * window.taps, count: input.shape[0] * groups, leftCount: groups)
    products.isa = isa
    products.window = window
    products.run {
      matrices + $0 * outputs * channels * window.taps
    } product: { index in
      .init(
        left: index % groups, right: input.floats + index * channels * window.height * window.width,
        output: result + index * outputs * pixels, rowBias: bias.map { $0 + index % groups * outputs },
        columnBias: nil)
    }
  }

  /// Spreads a phase's planes over the output's.
  private func scatter(_ phase: UnsafePointer<Float>, _ rowPhase: Phase, _ columnPhase: Phase) {
    let planes = output.shape[0] * output.shape[1], height = output.shape[2], width = output.shape[3]
    let pixels = rowPhase.count * columnPhase.count, step = settings.stride[1]
    Parallel.ranges(planes, grain: (1 << 16) / max(pixels, 1)) { range in
      for plane in range {
        var source = phase + plane * pixels
        for row in 0..<rowPhase.count {
          var target = output.floats + (plane * height + rowPhase.first + row * settings.stride[0]) * width
          target += columnPhase.first
          for column in 0..<columnPhase.count { target[column &* step] = source[column] }
          source += columnPhase.count
        }
      }
    }
  }
}
