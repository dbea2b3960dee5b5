/// Which optimiser, with its settings. The arithmetic and its order are PyTorch's.
package enum OptimizerMethod: Sendable, Hashable, Codable {
  case sgd(SGD)
  case adam(Adam)
  case rmsProp(RMSProp)

  /// Stochastic gradient descent with momentum. Sutskever et al. 2013.
  package struct SGD: Sendable, Hashable, Codable {
    package var momentum, dampening, weightDecay: Double
    package var nesterov: Bool

    package init(momentum: Double = 0, dampening: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) {
      self.momentum = momentum
      self.dampening = dampening
      self.nesterov = nesterov
      self.weightDecay = weightDecay
    }
  }

  /// Adam, Kingma and Ba 2014, arXiv 1412.6980; with decoupled weight decay AdamW, Loshchilov and Hutter 2017, arXiv 1711.05101.
  package struct Adam: Sendable, Hashable, Codable {
    /// Shares kept of the averages of gradients and of their squares.
    package var beta1, beta2: Double
    package var epsilon, weightDecay: Double
    /// Whether weights shrink by themselves (AdamW), not through the gradient.
    package var isDecoupled: Bool
    /// Whether the largest average of squares is used. Reddi et al. 2018, arXiv 1904.09237.
    package var amsGrad: Bool

    package init(
      beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0,
      isDecoupled: Bool = false, amsGrad: Bool = false
    ) {
      self.beta1 = beta1
      self.beta2 = beta2
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.isDecoupled = isDecoupled
      self.amsGrad = amsGrad
    }
  }

  /// RMSprop, Hinton 2012; `isCentered` as in Graves 2013, arXiv 1308.0850.
  package struct RMSProp: Sendable, Hashable, Codable {
    package var alpha, epsilon, weightDecay, momentum: Double
    package var isCentered: Bool

    package init(
      alpha: Double = 0.99, epsilon: Double = 1e-8, weightDecay: Double = 0, momentum: Double = 0,
      isCentered: Bool = false
    ) {
      self.alpha = alpha
      self.epsilon = epsilon
      self.weightDecay = weightDecay
      self.momentum = momentum
      self.isCentered = isCentered
    }
  }

  /// AdamW with PyTorch's defaults.
  package static func adamW(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01,
    amsGrad: Bool = false
  ) -> OptimizerMethod {
    .adam(
      Adam(
        beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: true, amsGrad: amsGrad))
  }

  /// The decay of parameters of which no group says otherwise.
  package var weightDecay: Double {
    switch self {
    case .sgd(let settings): settings.weightDecay
    case .adam(let settings): settings.weightDecay
    case .rmsProp(let settings): settings.weightDecay
    }
  }

  /// Names of the tensors that it keeps a parameter, in the order in which `OptimizerPass` takes them.
  package var slots: [String] {
    switch self {
    case .sgd(let settings): settings.momentum == 0 ? [] : ["momentum"]
    case .adam(let settings): settings.amsGrad ? ["mean", "square", "largest"] : ["mean", "square"]
    case .rmsProp(let settings):
      ["square"] + (settings.isCentered ? ["mean"] : []) + (settings.momentum > 0 ? ["momentum"] : [])
    }
  }

  /// What is wrong with the settings; nil where nothing is.
  package var problem: String? {
    func share(_ name: String, _ value: Double) -> String? {
      value >= 0 && value < 1 ? nil : "\(name) \(value) is not in 0..<1"
    }
    func positive(_ name: String, _ value: Double) -> String? {
      value >= 0 && value.isFinite ? nil : "\(name) \(value) is negative or not finite"
    }
    switch self {
    case .sgd(let settings):
      if settings.nesterov, settings.momentum <= 0 || settings.dampening != 0 {
        return "Nesterov needs a momentum and no dampening"
      }
      return positive("momentum", settings.momentum) ?? positive("weight decay", settings.weightDecay)
        ?? (settings.dampening.isFinite ? nil : "dampening is not finite")
    case .adam(let settings):
      return share("beta1", settings.beta1) ?? share("beta2", settings.beta2)
        ?? positive("epsilon", settings.epsilon) ?? positive("weight decay", settings.weightDecay)
    case .rmsProp(let settings):
      return positive("alpha", settings.alpha) ?? positive("epsilon", settings.epsilon)
        ?? positive("momentum", settings.momentum) ?? positive("weight decay", settings.weightDecay)
    }
  }
}
