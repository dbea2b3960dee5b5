import TensorCore

/// How a parameter is filled when no checkpoint fills it.
public enum Initializer: Sendable, Hashable {
  /// The same value everywhere.
  case constant(Double)
  /// Uniform in `-bound ..< bound`.
  case uniform(bound: Double)
  /// The weights `[C, C, h, w]` of a transposed convolution that enlarges each channel by linear interpolation.
  case bilinear
  /// Normally distributed around 0.
  case normal(std: Double)
  /// Normally distributed around 0, drawn again where it lies outside of `-bound ... bound`.
  case truncatedNormal(std: Double, bound: Double)
  /// These values, row-major: a buffer that a layer computes when it is built.
  case floats([Float])
  /// These indices, row-major.
  case integers([Int])

  /// As PyTorch's `trunc_normal_` with its own bounds of -2 and 2, which are values and no multiples of the deviation.
  public static func truncatedNormal(std: Double) -> Initializer { .truncatedNormal(std: std, bound: 2) }

  /// PyTorch's default for the weights of convolutions and linear layers: Kaiming's uniform with slope √5, a bound of
  /// 1/√fan-in. He et al. 2015, arXiv 1502.01852.
  public static func kaimingUniform(fanIn: Int) -> Initializer {
    .uniform(bound: 1 / Double(max(fanIn, 1)).squareRoot())
  }

  /// Kaiming's normal for layers before a ReLU: a deviation of √(2/fan). The fan is `channels * kernel area`, of the
  /// inputs (a convolution's `C/groups`) or, as ResNet and its kin have it, of the outputs `K`. He et al. 2015,
  /// arXiv 1502.01852.
  public static func kaimingNormal(fan: Int) -> Initializer {
    .normal(std: (2 / Double(max(fan, 1))).squareRoot())
  }

  /// Xavier's uniform, for layers before a sigmoid or tanh: a bound of √(6/(fan-in + fan-out)). Glorot and Bengio 2010,
  /// AISTATS.
  public static func xavierUniform(fanIn: Int, fanOut: Int) -> Initializer {
    .uniform(bound: (6 / Double(max(fanIn + fanOut, 1))).squareRoot())
  }

  /// The filled tensor. Same seed and path, same values.
  func tensor(_ spec: TensorSpec, seed: UInt64, path: String) throws(ShapeError) -> Tensor {
    let stream = RandomStream(seed: seed, purpose: path)
    switch self {
    case .constant(let value):
      return try Tensor.full(spec.shape, value, dtype: spec.dtype)
    case .floats(let values): return try Tensor(values, shape: spec.shape)
    case .integers(let values): return try Tensor(values, shape: spec.shape)
    case .bilinear: return try Self.bilinearKernel(spec)
    case .uniform(let bound):
      return try Self.filled(spec) { (2 * stream.uniform($0) - 1) * Float(bound) }
    case .normal(let std):
      return try Self.filled(spec) { Float(stream.normal($0) * std) }
    case .truncatedNormal(let std, let bound):
      return try Self.filled(spec) { Float(Self.truncated(stream, $0, limit: bound / std) * std) }
    }
  }

  /// The first of an index's draws within the limit. All draws of an index are its own, so that each value is a function
  /// of its index alone.
  private static func truncated(_ stream: RandomStream, _ index: UInt64, limit: Double) -> Double {
    for attempt in 0..<256 as Range<UInt64> {
      let value = stream.normal(index | attempt << 48)
      if abs(value) <= limit { return value }
    }
    return 0
  }

  private static func filled(_ spec: TensorSpec, _ value: (UInt64) -> Float) throws(ShapeError) -> Tensor {
    let count = try spec.checkedCount("initialize")
    let values = [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      for index in 0..<count { buffer[index] = value(UInt64(index)) }
      initialized = count
    }
    return try Tensor(values, shape: spec.shape).cast(to: spec.dtype)
  }
}
