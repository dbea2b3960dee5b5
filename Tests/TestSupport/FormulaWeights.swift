import NeuralNetwork
import TensorCore

/// Fills a model's parameters with values that goldens know without storing them: `fill_parameter` in
/// `Scripts/golden/formula.py` computes the same.
package enum FormulaWeights {
  /// Fills every parameter by the last part of its path and its rank; `gain` scales weights of two axes and more.
  package static func fill(_ store: ParameterStore, gain: Float = 1) throws {
    for parameter in store.parameters where parameter.spec.dtype == .float32 {
      let shape = parameter.spec.shape
      let seed = seed(of: parameter.path)
      let tensor: Tensor
      switch parameter.path.split(separator: ".").last {
      case "running_var"?: tensor = try Formula.tensor(shape, seed: seed, scale: 0.5, offset: 1)
      case "running_mean"?: tensor = try Formula.tensor(shape, seed: seed, scale: 0.1)
      case "weight"? where shape.count <= 1: tensor = try Formula.tensor(shape, seed: seed, scale: 0.2, offset: 1)
      case _ where shape.count <= 1: tensor = try Formula.tensor(shape, seed: seed, scale: 0.1)
      default:
        let fanIn = Float(shape.dropFirst().reduce(1, *))
        tensor = try Formula.tensor(shape, seed: seed, scale: gain * (3 / fanIn).squareRoot())
      }
      try parameter.assign(tensor)
    }
  }

  /// FNV-1a of a parameter's path.
  private static func seed(of path: String) -> UInt32 {
    path.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
