import NeuralNetwork
import TensorCore

/// Fills a model's parameters with values that goldens know without storing them: `fill_parameter` in
/// `Scripts/golden/formula.py` computes the same.
package enum FormulaWeights {
  /// Fills every parameter by the last part of its path and its rank; `gain` scales weights of two axes and more.
  package static func fill(_ store: ParameterStore, gain: Float = 1) throws {
    for parameter in store.parameters where parameter.spec.dtype == .float32 {
      try parameter.assign(values(of: parameter.path, shape: parameter.spec.shape, gain: gain))
    }
  }

  /// What `fill` gives to a parameter of this path and shape.
  package static func values(of path: String, shape: [Int], gain: Float) throws -> Tensor {
    let seed = seed(of: path)
    switch path.split(separator: ".").last {
    case "running_var"?: return try Formula.tensor(shape, seed: seed, scale: 0.5, offset: 1)
    case "running_mean"?: return try Formula.tensor(shape, seed: seed, scale: 0.1)
    case "weight"? where shape.count <= 1: return try Formula.tensor(shape, seed: seed, scale: 0.2, offset: 1)
    case _ where shape.count <= 1: return try Formula.tensor(shape, seed: seed, scale: 0.1)
    default:
      let fanIn = Float(shape.dropFirst().reduce(1, *))
      return try Formula.tensor(shape, seed: seed, scale: gain * (3 / fanIn).squareRoot())
    }
  }

  /// FNV-1a of a parameter's path.
  private static func seed(of path: String) -> UInt32 {
    path.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}
