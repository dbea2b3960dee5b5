import TensorCore

/// Convolution over images. `[N, C, H, W]` -> `[N, K, H', W']`; parameters `weight` `[K, C/groups, h, w]` and `bias` `[K]`.
public struct Conv2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter?
  private let stride: [Int], padding: [Int], dilation: [Int], groups: Int

  /// A convolution with a square kernel; `padding` as given, on all sides.
  public init(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias hasBias: Bool = true, initializer: Initializer? = nil, biasInitializer: Initializer? = nil
  ) {
    self.init(
      scope, in: c, out: k, kernel: [kernel, kernel], stride: [stride, stride], padding: [padding, padding],
      dilation: [dilation, dilation], groups: groups, bias: hasBias, initializer: initializer,
      biasInitializer: biasInitializer)
  }

  /// A convolution with a kernel, stride, padding and dilation of `[vertical, horizontal]`; the padding also as
  /// `[top, left, bottom, right]`.
  public init(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: [Int], stride: [Int] = [1, 1], padding: [Int] = [0, 0],
    dilation: [Int] = [1, 1], groups: Int = 1, bias hasBias: Bool = true, initializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    self.scope = scope
    let inputs = c / max(groups, 1)
    let standard = Initializer.kaimingUniform(fanIn: kernel.reduce(inputs, &*))
    weight = scope.parameter("weight", [k, inputs] + kernel, initializer ?? standard)
    bias = hasBias ? scope.parameter("bias", [k], biasInitializer ?? standard) : nil
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
  }

  /// Applies the convolution.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.convolution(
        weight.value(), bias: bias?.value(), stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
  }
}
