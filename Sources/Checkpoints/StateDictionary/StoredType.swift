import TensorCore

/// An element type as weight files name it; more of them than tensors have.
///
/// In the order of the reference implementation of safetensors, which writes tensors by descending type.
enum StoredType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case float4 = "F4"
  case float6E2M3 = "F6_E2M3"
  case float6E3M2 = "F6_E3M2"
  case uint8 = "U8"
  case int8 = "I8"
  case float8E5M2 = "F8_E5M2"
  case float8E4M3 = "F8_E4M3"
  case float8E8M0 = "F8_E8M0"
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case complex64 = "C64"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"
  case complex128 = "C128"

  /// The type of a tensor's elements.
  init(_ dtype: DType) {
    switch dtype {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    case .int8: self = .int8
    case .uint8: self = .uint8
    case .int32: self = .int32
    case .int64: self = .int64
    case .bool: self = .bool
    }
  }

  /// Bits an element takes.
  var bitSize: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    case .complex128: 128
    }
  }

  /// The type that its tensors have here: 64-bit floats become float32, narrow integers the next wider one; nil for
  /// types that are not read.
  var dtype: DType? {
    switch self {
    case .bool: .bool
    case .uint8: .uint8
    case .int8: .int8
    case .float16: .float16
    case .bfloat16: .bfloat16
    case .int16, .uint16, .int32: .int32
    case .uint32, .int64: .int64
    case .float32, .float64: .float32
    case .float4, .float6E2M3, .float6E3M2, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ,
      .complex64, .complex128, .uint64:
      nil
    }
  }

  /// Whether the bytes are the tensor's as they stand. Not for bool: a file may hold other bytes than 0 and 1.
  var isStoredAsIs: Bool { self != .bool && dtype.map { StoredType($0) == self } ?? false }
}
