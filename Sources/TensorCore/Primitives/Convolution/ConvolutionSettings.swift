/// Strides, padding, dilation and groups of a convolution, as the user gave them.
package struct ConvolutionSettings: Sendable, Hashable {
  /// `[vertical, horizontal]`.
  package var stride = [1, 1]
  /// `[vertical, horizontal]` or `[top, left, bottom, right]`.
  package var padding = [0, 0]
  /// `[vertical, horizontal]`.
  package var dilation = [1, 1]
  package var groups = 1

  package init(stride: [Int] = [1, 1], padding: [Int] = [0, 0], dilation: [Int] = [1, 1], groups: Int = 1) {
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Top, left, bottom, right. Only for settings that `check` has passed.
  package var sides: [Int] { padding.count == 4 ? padding : padding + padding }

  /// Largest stride, padding or dilation: far beyond any use, and small enough that sums and products fit.
  static let limit = 1 << 30

  /// Throws where a list has the wrong length or a value is out of range.
  func check(_ operation: String) throws(ShapeError) {
    try Self.check(stride, "stride", 1...Self.limit, counts: [2], operation)
    try Self.check(padding, "padding", 0...Self.limit, counts: [2, 4], operation)
    try Self.check(dilation, "dilation", 1...Self.limit, counts: [2], operation)
    guard groups > 0 else { throw ShapeError(.argument, operation, "groups is \(groups), must be at least 1") }
  }

  static func check(
    _ values: [Int], _ what: String, _ range: ClosedRange<Int>, counts: [Int], _ operation: String
  ) throws(ShapeError) {
    guard counts.contains(values.count) else {
      let wanted = counts.map { "\($0)" }.joined(separator: " or ")
      throw ShapeError(.argument, operation, "\(what) \(values) must have \(wanted) values")
    }
    guard values.allSatisfy(range.contains) else {
      throw ShapeError(
        .argument, operation, "\(what) \(values) is out of range (\(range.lowerBound) to \(range.upperBound))")
    }
  }

  /// Checks what convolution and transposed convolution have in common: ranks, types, bias, empty kernels.
  func checkInputs(_ inputs: [TensorSpec], outputs: Int, _ operation: String) throws(ShapeError) {
    let input = inputs[0], weight = inputs[1]
    for other in inputs.dropFirst() where other.dtype != input.dtype {
      throw ShapeError(.dtype, operation, "input is \(input.dtype), a parameter \(other.dtype); cast one")
    }
    if inputs.count > 2, inputs[2].shape != [outputs] {
      throw ShapeError(.shape, operation, "bias must have \(outputs) values", shapes: weight.shape, inputs[2].shape)
    }
    guard weight.shape[2] > 0, weight.shape[3] > 0, weight.shape[2] <= Self.limit, weight.shape[3] <= Self.limit else {
      throw ShapeError(.shape, operation, "kernel size is out of range", shapes: input.shape, weight.shape)
    }
    guard input.shape[2] <= Self.limit, input.shape[3] <= Self.limit else {
      throw ShapeError(.shape, operation, "image size is out of range", shapes: input.shape, weight.shape)
    }
  }

  /// Throws unless input and weight have four axes.
  static func checkRanks(_ inputs: [TensorSpec], _ layout: String, _ operation: String) throws(ShapeError) {
    guard inputs[0].rank == 4, inputs[1].rank == 4 else {
      throw ShapeError(
        .shape, operation, "input must be [N, C, H, W], weight \(layout)", shapes: inputs[0].shape, inputs[1].shape)
    }
  }
}
