import TensorCore

/// Values that goldens and tests share without storing them: `Scripts/golden/formula.py` computes the same, bit for bit.
package enum Formula {
  /// Element `index` of the filling with this seed: in -1 ..< 1, a multiple of 2^-23.
  package static func value(_ index: Int, seed: UInt32) -> Float {
    var h = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 &+ seed &* 0x9E37_79B9
    h ^= h >> 15
    h = h &* 2_246_822_519
    h ^= h >> 13
    return Float(h >> 8) / 8_388_608 - 1
  }

  /// A float32 tensor `offset + scale * value(i)`, computed in float32.
  package static func tensor(_ shape: [Int], seed: UInt32, scale: Float = 1, offset: Float = 0) throws -> Tensor {
    try Tensor((0..<shape.reduce(1, *)).map { offset + scale * value($0, seed: seed) }, shape: shape)
  }
}
