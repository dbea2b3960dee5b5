import CKernels

/// Conversion of every element to another type.
package struct Cast: Primitive {
  package static let name = "cast"
  package static let onnxName = "Cast"

  /// The type of the result.
  package let dtype: DType

  package init(to dtype: DType) { self.dtype = dtype }

  package var takesHalfPrecision: Bool { true }
  package func dtypes(ofInput index: Int) -> DTypeSet { .any }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    [TensorSpec(inputs[0].shape, dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].pointer, from = inputs[0].dtype
    let target = outputs[0].pointer
    Parallel.ranges(inputs[0].count, grain: 1 << 16) { range in
      vk_cast(
        KernelISA.current, from.kernelType, dtype.kernelType, source + range.lowerBound * from.byteSize,
        target + range.lowerBound * dtype.byteSize, range.count)
    }
  }
}

extension DType {
  /// The type's name in C.
  package var kernelType: vk_dtype {
    switch self {
    case .float32: VK_FLOAT32
    case .bfloat16: VK_BFLOAT16
    case .float16: VK_FLOAT16
    case .int8: VK_INT8
    case .uint8: VK_UINT8
    case .int32: VK_INT32
    case .int64: VK_INT64
    case .bool: VK_BOOL
    }
  }
}

extension Int {
  /// `value` truncated towards zero, at most `Int.max`, at least `Int.min`; 0 for NaN.
  package init(saturating value: Double) {
    if value.isNaN {
      self = 0
    } else if value >= 0x1p63 {
      self = .max
    } else {
      self = value <= -0x1p63 ? .min : Int(value)
    }
  }
}

extension Tensor {
  /// The values as another type.
  ///
  /// bfloat16 and float16 round to nearest even (from the value in float32). Floating point to integer truncates towards
  /// zero and saturates, NaN becomes 0; an integer that does not fit a narrower one keeps its low bits. To bool: whether
  /// the value is not zero, so that NaN is true.
  public func cast(to dtype: DType) throws(ShapeError) -> Tensor {
    self.dtype == dtype ? self : try Tensor.applySingle(Cast(to: dtype), self)
  }
}
