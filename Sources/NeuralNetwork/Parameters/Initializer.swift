import TensorCore

/// How a parameter is filled when no checkpoint fills it.
public enum Initializer: Sendable, Hashable {
  /// The same value everywhere.
  case constant(Double)
  /// Uniform in `-bound ..< bound`.
  case uniform(bound: Double)

  /// PyTorch's default for the weights of convolutions and linear layers: Kaiming's uniform with slope √5, a bound of
  /// 1/√fan-in. He et al. 2015, arXiv 1502.01852.
  public static func kaimingUniform(fanIn: Int) -> Initializer {
    .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
  }

  /// The filled tensor. Same seed and path, same values.
  func tensor(_ spec: TensorSpec, seed: UInt64, path: String) throws(ShapeError) -> Tensor {
    switch self {
    case .constant(let value):
      return try Tensor.full(spec.shape, value, dtype: spec.dtype)
    case .uniform(let bound):
      let stream = RandomStream(seed: seed, purpose: path)
      let count = try spec.checkedCount("initialize")
      let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count { buffer[index] = (2 * stream.uniform(UInt64(index)) - 1) * Float(bound) }
        initialized = count
      }
      return try Tensor(values, shape: spec.shape).cast(to: spec.dtype)
    }
  }
}
