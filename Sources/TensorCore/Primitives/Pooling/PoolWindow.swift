import CKernels

/// The sliding window of a pooling operation: attributes checked, output sizes found.
package struct PoolWindow: Sendable, Hashable {
  /// Height and width.
  package let kernel: [Int]
  /// Steps down and to the right.
  package let stride: [Int]
  /// Top, left, bottom, right.
  package let padding: [Int]
  /// Distances between the window's elements.
  package let dilation: [Int]
  /// Whether a window that reaches past the padding at the end counts.
  package let ceilMode: Bool

  /// Larger kernels, strides, paddings and dilations are errors: they mean nothing, and products of them would overflow.
  private static let limit = 1 << 20

  /// Lists of one value stand for both directions; padding may be `[v, h]` or `[top, left, bottom, right]`.
  package init(
    _ operation: String, kernel: [Int], stride: [Int]?, padding: [Int], dilation: [Int] = [1, 1], ceilMode: Bool
  ) throws(ShapeError) {
    self.kernel = try Self.pair(kernel, "kernel", from: 1, operation)
    self.stride = try Self.pair(stride ?? kernel, "stride", from: 1, operation)
    self.dilation = try Self.pair(dilation, "dilation", from: 1, operation)
    let sides = padding.count == 4 ? Array(padding[0..<2]) : padding
    let leading = try Self.pair(sides, "padding", from: 0, operation)
    let trailing = padding.count == 4 ? try Self.pair(Array(padding[2..<4]), "padding", from: 0, operation) : leading
    self.padding = leading + trailing
    self.ceilMode = ceilMode
    for side in 0..<4 {
      let reach = reach(side % 2)
      guard self.padding[side] < reach else {
        throw ShapeError(
          .argument, operation,
          "padding \(padding) is not smaller than the window \(self.kernel) with dilation \(dilation)")
      }
    }
  }

  /// How far a window reaches along direction 0 (down) or 1 (right).
  private func reach(_ direction: Int) -> Int { dilation[direction] * (kernel[direction] - 1) + 1 }

  private static func pair(
    _ values: [Int], _ what: String, from least: Int, _ operation: String
  ) throws(ShapeError) -> [Int] {
    guard values.count == 1 || values.count == 2 else {
      throw ShapeError(.argument, operation, "\(what) \(values): one or two values needed")
    }
    guard values.allSatisfy({ (least...limit).contains($0) }) else {
      throw ShapeError(.argument, operation, "\(what) \(values) is out of the range \(least)...\(limit)")
    }
    return values.count == 1 ? [values[0], values[0]] : values
  }

  /// Output height and width, as PyTorch counts them, for an input `[N, C, H, W]` or `[C, H, W]`.
  package func outputShape(of input: [Int], _ operation: String) throws(ShapeError) -> [Int] {
    guard input.count == 3 || input.count == 4, input.suffix(2).allSatisfy({ $0 > 0 }) else {
      throw ShapeError(.shape, operation, "input must be [N, C, H, W] or [C, H, W] with pixels", shapes: input)
    }
    var shape = input
    for direction in 0..<2 {
      let axis = input.count - 2 + direction
      let (padded, overflow) = input[axis].addingReportingOverflow(padding[direction] + padding[direction + 2])
      let free = padded - reach(direction)
      let slack = ceilMode ? stride[direction] - 1 : 0
      // In ceil mode a window may be larger than the padded input, as long as it begins one stride before its end.
      guard !overflow, free >= -slack else {
        throw ShapeError(
          .shape, operation, "window \(kernel) with dilation \(dilation) is larger than the padded input",
          shapes: input,
          [padded])
      }
      var size = (free + slack) / stride[direction] + 1
      // A window must start inside the input or the leading padding.
      if ceilMode, (size - 1) * stride[direction] >= input[axis] + padding[direction] { size -= 1 }
      try checkWindows(direction, count: size, over: input[axis], operation)
      shape[axis] = size
    }
    return shape
  }

  /// With dilation, padding can hide all elements of a window: it would have no value.
  private func checkWindows(_ direction: Int, count: Int, over size: Int, _ operation: String) throws(ShapeError) {
    let step = dilation[direction]
    guard step > 1 else { return }
    for window in 0..<count {
      let start = window * stride[direction] - padding[direction]
      guard start < 0 else { return }
      let skipped = (-start + step - 1) / step
      guard skipped < kernel[direction], start + skipped * step < size else {
        throw ShapeError(
          .argument, operation, "padding \(padding) hides a whole window \(kernel) with dilation \(dilation)",
          shapes: [size])
      }
    }
  }

  /// What the kernels take.
  package func geometry(_ input: [Int], _ output: [Int]) -> vk_pool {
    vk_pool(
      in_h: input[input.count - 2], in_w: input[input.count - 1], out_h: output[output.count - 2],
      out_w: output[output.count - 1], kernel_h: kernel[0], kernel_w: kernel[1], stride_h: stride[0],
      stride_w: stride[1],
      dilation_h: dilation[0], dilation_w: dilation[1], pad_top: padding[0], pad_left: padding[1])
  }
}
