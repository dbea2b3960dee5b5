import CKernels

extension Tensor {
  /// Whether no value is NaN or infinite. Integers always are finite.
  public func isFinite() -> Bool {
    switch dtype {
    case .float32:
      return withUnsafeBytes { vk_all_finite_f32(KernelISA.current, $0.bindMemory(to: Float.self).baseAddress, count) }
    case .bfloat16, .float16:
      let exponent: UInt16 = dtype == .float16 ? 0x7c00 : 0x7f80
      return withUnsafeBytes { $0.bindMemory(to: UInt16.self).allSatisfy { $0 & exponent != exponent } }
    case .int8, .uint8, .int32, .int64, .bool:
      return true
    }
  }
}
