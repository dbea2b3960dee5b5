import CKernels
import TensorCore

/// An activation that kernels apply before they store, with its two parameters.
struct Activation: Sendable, Hashable {
  let kind: UInt32
  var a: Float = 0
  var b: Float = 0

  static let none = Activation(VK_ACTIVATION_NONE)

  private init(_ kind: vk_activation, _ a: Float = 0, _ b: Float = 0) {
    self.kind = UInt32(kind.rawValue)
    self.a = a
    self.b = b
  }

  /// The one that a unary operation means; nil where it is none.
  init?(_ function: Unary.Function) {
    switch function {
    case .relu: self.init(VK_ACTIVATION_RELU)
    case .clamp(let low, let high): self.init(VK_ACTIVATION_CLIP, Float(low), Float(high))
    case .leakyReLU(let slope): self.init(VK_ACTIVATION_LEAKY_RELU, Float(slope))
    case .elu(let alpha): self.init(VK_ACTIVATION_ELU, Float(alpha))
    case .silu: self.init(VK_ACTIVATION_SILU)
    case .mish: self.init(VK_ACTIVATION_MISH)
    case .gelu: self.init(VK_ACTIVATION_GELU)
    case .geluTanh: self.init(VK_ACTIVATION_GELU_TANH)
    case .sigmoid: self.init(VK_ACTIVATION_SIGMOID)
    case .tanh: self.init(VK_ACTIVATION_TANH)
    case .hardswish: self.init(VK_ACTIVATION_HARDSWISH)
    case .hardsigmoid: self.init(VK_ACTIVATION_HARDSIGMOID)
    default: return nil
    }
  }

  var code: vk_activation { vk_activation(rawValue: .init(kind)) }
}
