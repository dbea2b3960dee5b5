import CKernels
import TensorCore

/// One step of one parameter: the numbers of this step, worked out in float64 and rounded once, as PyTorch does.
struct OptimizerPass {
  let method: OptimizerMethod
  let rate: Double
  let decay: Double
  let gradientScale: Double
  /// Steps of this parameter, this one included.
  let step: Int
  /// Replaces the momentum (Adam: beta1), as one-cycle schedules do; nil leaves it.
  let momentum: Double?

  /// The buffers of one parameter.
  struct Buffers {
    let count: Int
    let values: UnsafeMutablePointer<Float>
    let gradient: UnsafePointer<Float>
    let state: [UnsafeMutablePointer<Float>]

    /// Buffer `index` of the state from `offset` on; nil where there is none.
    func slot(_ index: Int?, _ offset: Int) -> UnsafeMutablePointer<Float>? {
      index.flatMap { $0 < state.count ? state[$0] + offset : nil }
    }
  }

  /// Changes values and state in place, in runs on several threads.
  func run(_ buffers: Buffers) {
    let isa = KernelISA.current
    switch method {
    case .sgd(let settings):
      let numbers = sgd(settings)
      split(buffers) { at, count in
        withUnsafePointer(to: numbers) {
          vk_sgd_step(isa, $0, buffers.values + at, buffers.gradient + at, buffers.slot(0, at), count)
        }
      }
    case .adam(let settings):
      let numbers = adam(settings)
      split(buffers) { at, count in
        withUnsafePointer(to: numbers) {
          vk_adam_step(
            isa, $0, buffers.values + at, buffers.gradient + at, buffers.slot(0, at), buffers.slot(1, at),
            buffers.slot(2, at), count)
        }
      }
    case .rmsProp(let settings):
      let numbers = rmsProp(settings)
      let momentumSlot = settings.momentum > 0 ? (settings.isCentered ? 2 : 1) : nil
      split(buffers) { at, count in
        withUnsafePointer(to: numbers) {
          vk_rmsprop_step(
            isa, $0, buffers.values + at, buffers.gradient + at, buffers.slot(0, at),
            buffers.slot(settings.isCentered ? 1 : nil, at), buffers.slot(momentumSlot, at), count)
        }
      }
    }
  }

  private func split(_ buffers: Buffers, _ body: (Int, Int) -> Void) {
    Parallel.ranges(buffers.count, grain: 1 << 16) { body($0.lowerBound, $0.count) }
  }

  private func sgd(_ settings: OptimizerMethod.SGD) -> vk_sgd {
    vk_sgd(
      rate: Float(rate), decay: Float(decay), scale: Float(gradientScale),
      momentum: Float(momentum ?? settings.momentum), dampening: Float(settings.dampening),
      nesterov: settings.nesterov, first: step == 1)
  }

  private func adam(_ settings: OptimizerMethod.Adam) -> vk_adam {
    let beta1 = momentum ?? settings.beta1, beta2 = settings.beta2
    return vk_adam(
      decay: settings.isDecoupled ? 0 : Float(decay), scale: Float(gradientScale),
      keep: settings.isDecoupled ? Float(1 - rate * decay) : 1, beta1: Float(beta1), beta2: Float(beta2),
      mix1: Float(1 - beta1), mix2: Float(1 - beta2), rate: Float(rate / (1 - Self.power(beta1, step))),
      root: Float((1 - Self.power(beta2, step)).squareRoot()), epsilon: Float(settings.epsilon))
  }

  private func rmsProp(_ settings: OptimizerMethod.RMSProp) -> vk_rmsprop {
    vk_rmsprop(
      rate: Float(rate), decay: Float(decay), scale: Float(gradientScale), alpha: Float(settings.alpha),
      mix: Float(1 - settings.alpha), epsilon: Float(settings.epsilon),
      momentum: Float(momentum ?? settings.momentum))
  }

  /// `base` to a power, by squaring: the same on every machine.
  static func power(_ base: Double, _ exponent: Int) -> Double {
    var result = 1.0, factor = base, left = max(exponent, 0)
    while left > 0 {
      if left & 1 == 1 { result *= factor }
      factor *= factor
      left >>= 1
    }
    return result
  }
}
