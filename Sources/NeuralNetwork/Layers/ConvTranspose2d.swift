import TensorCore

/// Transposed convolution. `[N, C, H, W]` -> `[N, K, H', W']`; parameters `weight` `[C, K/groups, h, w]` and `bias` `[K]`.
public struct ConvTranspose2d: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter?
  private let stride: [Int], padding: [Int], outputPadding: [Int], groups: Int

  /// A transposed convolution with a square kernel.
  public init(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, groups: Int = 1, bias hasBias: Bool = true, initializer: Initializer? = nil
  ) {
    self.scope = scope
    let outputs = k / max(groups, 1)
    let standard = Initializer.kaimingUniform(fanIn: outputs &* kernel &* kernel)
    weight = scope.parameter("weight", [c, outputs, kernel, kernel], initializer ?? standard)
    bias = hasBias ? scope.parameter("bias", [k], standard) : nil
    self.stride = [stride, stride]
    self.padding = [padding, padding]
    self.outputPadding = [outputPadding, outputPadding]
    self.groups = groups
  }

  /// Applies the transposed convolution.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in
      try x.convolutionTranspose(
        weight.value(), bias: bias?.value(), stride: stride, padding: padding, outputPadding: outputPadding,
        groups: groups)
    }
  }
}
