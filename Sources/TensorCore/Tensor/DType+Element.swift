import CKernels

extension DType {
  /// The bits of `value` as an element of this type, in the low bytes: rounded for floating point, truncated and
  /// saturated for integers (NaN as 0); for bool anything but zero is true.
  package func elementBits(_ value: Double) -> UInt64 {
    switch self {
    case .float32: return UInt64(Float(value).bitPattern)
    case .bfloat16, .float16:
      var wide = Float(value)
      var narrow: UInt16 = 0
      vk_cast(KernelISA.current, VK_FLOAT32, kernelType, &wide, &narrow, 1)
      return UInt64(narrow)
    case .int8: return UInt64(UInt8(bitPattern: Int8(clamping: Int(saturating: value))))
    case .uint8: return UInt64(UInt8(clamping: Int(saturating: value)))
    case .int32: return UInt64(UInt32(bitPattern: Int32(clamping: Int(saturating: value))))
    case .int64: return UInt64(bitPattern: Int64(Int(saturating: value)))
    case .bool: return value != 0 ? 1 : 0
    }
  }
}
