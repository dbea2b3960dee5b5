import Inference
import NeuralNetwork
import TensorCore

extension CompiledFunction {
  /// A function of layers whose parameters are in `store`.
  package convenience init(
    _ store: ParameterStore, _ function: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) {
    self.init(
      parameter: { path throws(ShapeError) in
        guard let parameter = store[path] else {
          throw ShapeError(.argument, "compile", "there is no parameter \(path)")
        }
        return try parameter.value()
      }, release: { store[$0]?.forgetInitialValues() }, function)
  }
}
