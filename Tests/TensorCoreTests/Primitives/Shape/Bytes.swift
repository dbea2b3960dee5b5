import TensorCore

/// Tensors of any type filled with arbitrary bits, and their elements as numbers.
enum Bytes {
  /// A tensor of seeded bits.
  static func tensor(_ shape: [Int], _ dtype: DType, seed: UInt32) throws -> Tensor {
    let spec = TensorSpec(shape, dtype)
    let result = try Tensor(uninitialized: spec)
    var state = UInt64(seed)
    for index in 0..<spec.byteCount {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      result.mutableView.pointer.storeBytes(
        of: UInt8(truncatingIfNeeded: state >> 33), toByteOffset: index, as: UInt8.self)
    }
    return result
  }

  /// The bits of each element.
  static func elements(_ tensor: Tensor) -> [UInt64] {
    let size = tensor.dtype.byteSize
    return tensor.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: size).map { start in
        (0..<size).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) }
      }
    }
  }
}
