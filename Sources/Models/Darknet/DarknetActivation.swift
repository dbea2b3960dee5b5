import TensorCore

/// The activations of darknet's configuration files that published networks use.
enum DarknetActivation: String, Sendable, CaseIterable {
  case linear, leaky, relu, relu6, logistic, tanh, elu, mish, swish, gelu, ramp, relie, loggy, hardtan

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    switch self {
    case .linear: x
    case .leaky: try x.leakyReLU(slope: 0.1)
    case .relu: try x.relu()
    case .relu6: try x.relu6()
    case .logistic: try x.sigmoid()
    case .tanh: try x.tanh()
    case .elu: try x.elu()
    case .mish: try x.mish()
    case .swish: try x.silu()
    case .gelu: try x.gelu(approximation: .tanh)
    case .ramp: try x.relu() + x * 0.1
    case .relie: try x.leakyReLU(slope: 0.01)
    case .loggy: try x.sigmoid() * 2 - 1
    case .hardtan: try x.clamp(min: -1, max: 1)
    }
  }
}
