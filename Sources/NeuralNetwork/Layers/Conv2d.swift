import TensorCore

/// Convolution over images. `[N, C, H, W]` -> `[N, K, H', W']`; parameters `weight` `[K, C/groups, h, w]` and `bias` `[K]`.
public struct Conv2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter?
  private let stride: [Int], padding: [Int], dilation: [Int], groups: Int

  /// A convolution with a square kernel; `padding` as given, on all sides.
  public init(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1, bias hasBias: Bool = true, biasInitializer: Initializer? = nil
  ) {
    self.scope = scope
    let inputs = c / max(groups, 1)
    let initializer = Initializer.kaimingUniform(fanIn: inputs &* kernel &* kernel)
    weight = scope.parameter("weight", [k, inputs, kernel, kernel], initializer)
    bias = hasBias ? scope.parameter("bias", [k], biasInitializer ?? initializer) : nil
    self.stride = [stride, stride]
    self.padding = [padding, padding]
    self.dilation = [dilation, dilation]
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
