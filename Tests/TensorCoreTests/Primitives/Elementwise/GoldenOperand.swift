import TensorCore
import TestSupport

/// An input as the golden scripts describe it: filled by the formula, then cast.
struct GoldenOperand: Decodable {
  let shape: [Int]
  let dtype: String
  let seed: UInt32
  let scale: Float
  let offset: Float

  func tensor(boolAbove threshold: Float = 0) throws -> Tensor {
    let filled = try Formula.tensor(shape, seed: seed, scale: scale, offset: offset)
    guard let type = DType(rawValue: dtype) else { return filled }
    return type == .bool ? try filled.greater(threshold) : try filled.cast(to: type)
  }

  /// What a result of this type may be off by.
  func tolerance(_ float32: Tolerance) -> Tolerance {
    switch dtype {
    case "bfloat16": .bfloat16
    case "float16": .float16
    default: float32
    }
  }
}
