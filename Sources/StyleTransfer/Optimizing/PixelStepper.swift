import NeuralNetwork
import TensorCore

/// One of the optimisers at work on a picture's pixels.
struct PixelStepper {
  private var lbfgs: LBFGS?
  private var optimizer: Optimizer?
  private var parameter: Parameter?
  private let rate: Double

  init(_ settings: StyleOptimizationSettings, pixels: Tensor) throws(ShapeError) {
    switch settings.optimizer {
    case .lbfgs:
      rate = settings.learningRate ?? 1
      // A picture never needs to be settled to the last bit: no tolerance ends it early.
      lbfgs = LBFGS(
        .init(
          learningRate: rate, iterations: 1, gradientTolerance: 0, changeTolerance: 0, history: settings.history))
    case .adam:
      rate = settings.learningRate ?? 0.02
      optimizer = try Optimizer(.adam(.init()))
      let store = ParameterStore()
      parameter = store.root.parameter("pixels", pixels.shape, .constant(0))
      try parameter?.assign(pixels)
    }
  }

  /// One step; levels are kept between 0 and 1, as the tutorial does it: before the loss is taken.
  mutating func step(_ pixels: inout Tensor, _ loss: (Tensor) throws -> (Double, Tensor)) throws {
    pixels = try pixels.clamp(min: 0, max: 1)
    if lbfgs != nil {
      var values = [pixels]
      _ = try withoutActuallyEscaping(loss) { loss in
        try lbfgs?.step(&values) { values in
          let (total, gradient) = try loss(values[0])
          return (total, [gradient])
        }
      }
      pixels = values[0]
    } else if let parameter {
      let (_, gradient) = try loss(pixels)
      try parameter.assign(pixels)
      try optimizer?.step([parameter], gradients: [parameter.path: gradient], learningRate: rate)
      pixels = try parameter.value()
    }
  }
}
