import TensorCore

/// Fully connected layer. `[..., C]` -> `[..., K]`; parameters `weight` `[K, C]` and `bias` `[K]`.
public struct Linear: Layer {
  private let scope: ParameterScope
  package let weight: Parameter, bias: Parameter?

  /// A layer from `c` to `k` features.
  public init(
    _ scope: ParameterScope, in c: Int, out k: Int, bias hasBias: Bool = true, initializer: Initializer? = nil,
    biasInitializer: Initializer? = nil
  ) {
    self.scope = scope
    let standard = Initializer.kaimingUniform(fanIn: c)
    weight = scope.parameter("weight", [k, c], initializer ?? standard)
    bias = hasBias ? scope.parameter("bias", [k], biasInitializer ?? standard) : nil
  }

  /// Applies the layer.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try scope.locating { () throws(ShapeError) in try x.linear(weight.value(), bias: bias?.value()) }
  }
}
