import Inference
import NeuralNetwork
import TensorCore

extension CompiledFunction {
  /// A function of layers whose parameters are in `store`.
  package convenience init(
    _ store: ParameterStore, passes: GraphPasses = .all,
    _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) {
    self.init(
      parameter: { path throws(ShapeError) in try store.value(at: path) },
      release: { store[$0]?.forgetInitialValues() }, passes: passes,
      precision: store.precision, keeper: store.packedKeeper, function)
  }
}
