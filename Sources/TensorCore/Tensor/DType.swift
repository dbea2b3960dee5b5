/// Element type of a tensor. The set is closed; there is no type promotion: casts are explicit.
public enum DType: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  case float32, bfloat16, float16, int8, uint8, int32, int64, bool

  /// Bytes an element takes.
  public var byteSize: Int {
    switch self {
    case .int64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether values are floating point.
  public var isFloatingPoint: Bool { DTypeSet.floating.contains(DTypeSet(self)) }

  /// The name, as in error messages.
  public var description: String { rawValue }
}

/// A set of element types: what a primitive takes as one of its inputs.
public struct DTypeSet: OptionSet, Sendable, CustomStringConvertible {
  /// One bit a type.
  public let rawValue: UInt16
  /// The set with these bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// The set of one type.
  public init(_ dtype: DType) {
    switch dtype {
    case .float32: rawValue = 1
    case .bfloat16: rawValue = 2
    case .float16: rawValue = 4
    case .int8: rawValue = 8
    case .uint8: rawValue = 16
    case .int32: rawValue = 32
    case .int64: rawValue = 64
    case .bool: rawValue = 128
    }
  }

  /// float32, bfloat16, float16.
  public static let floating: DTypeSet = [DTypeSet(.float32), DTypeSet(.bfloat16), DTypeSet(.float16)]
  /// int32 and int64.
  public static let integers: DTypeSet = [DTypeSet(.int32), DTypeSet(.int64)]
  /// Floating point and int32, int64: what arithmetic works on. int8 and uint8 are for storage and images.
  public static let numeric: DTypeSet = [.floating, .integers]
  /// int64 only: indices.
  public static let indices = DTypeSet(.int64)
  /// bool only: conditions.
  public static let bool = DTypeSet(.bool)
  /// Every type: operations that only move elements.
  public static let any = DTypeSet(rawValue: 255)

  /// The types' names, comma-separated.
  public var description: String {
    DType.allCases.filter { contains(DTypeSet($0)) }.map(\.rawValue).joined(separator: ", ")
  }
}
