extension Tensor {
  /// A tensor of `values`, row-major. Throws where their number is not the shape's.
  public init(_ values: [Float], shape: [Int]) throws(ShapeError) {
    try self.init(elements: values, spec: TensorSpec(shape, .float32))
  }

  /// An int64 tensor of `values`, row-major: indices.
  public init(_ values: [Int], shape: [Int]) throws(ShapeError) {
    try self.init(elements: values.map(Int64.init), spec: TensorSpec(shape, .int64))
  }

  /// A bool tensor of `values`, row-major.
  public init(_ values: [Bool], shape: [Int]) throws(ShapeError) {
    try self.init(elements: values, spec: TensorSpec(shape, .bool))
  }

  /// A uint8 tensor of `values`, row-major: images and masks.
  public init(_ values: [UInt8], shape: [Int]) throws(ShapeError) {
    try self.init(elements: values, spec: TensorSpec(shape, .uint8))
  }

  /// A float32 scalar, shape `[]`.
  public init(_ value: Float) throws(ShapeError) { try self.init([value], shape: []) }

  package init<T: BitwiseCopyable>(elements: [T], spec: TensorSpec) throws(ShapeError) {
    let count = try spec.checkedCount("tensor")
    guard count == elements.count else {
      throw ShapeError(.shape, "tensor", "\(elements.count) values for shape \(spec.shape), which has \(count)")
    }
    try self.init(uninitialized: spec, operation: "tensor")
    let target = mutableView.pointer
    elements.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { target.copyMemory(from: base, byteCount: bytes.count) }
    }
  }

  /// A tensor with `value` everywhere; for bool anything but zero is true.
  public static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32) throws(ShapeError) -> Tensor {
    let spec = TensorSpec(shape, dtype)
    let count = try spec.checkedCount("full")
    switch dtype {
    case .float32: return try Tensor(elements: Array(repeating: Float(value), count: count), spec: spec)
    case .bfloat16, .float16: return try full(shape, value).cast(to: dtype)
    case .int8:
      return try Tensor(elements: Array(repeating: Int8(clamping: Int(saturating: value)), count: count), spec: spec)
    case .uint8:
      return try Tensor(elements: Array(repeating: UInt8(clamping: Int(saturating: value)), count: count), spec: spec)
    case .int32:
      return try Tensor(elements: Array(repeating: Int32(clamping: Int(saturating: value)), count: count), spec: spec)
    case .int64: return try Tensor(elements: Array(repeating: Int64(Int(saturating: value)), count: count), spec: spec)
    case .bool: return try Tensor(elements: Array(repeating: value != 0, count: count), spec: spec)
    }
  }

  /// Zeros.
  public static func zeros(_ shape: [Int], dtype: DType = .float32) throws(ShapeError) -> Tensor {
    try full(shape, 0, dtype: dtype)
  }
  /// Ones.
  public static func ones(_ shape: [Int], dtype: DType = .float32) throws(ShapeError) -> Tensor {
    try full(shape, 1, dtype: dtype)
  }

  /// The values of a floating-point tensor, row-major, as `Float`.
  public func floats() throws(ShapeError) -> [Float] {
    try requireValues("floats")
    let source = dtype == .float32 ? self : try cast(to: .float32)
    return source.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  /// The values of an int32, int64, int8, uint8 or bool tensor, row-major, as `Int`.
  public func integers() throws(ShapeError) -> [Int] {
    guard !dtype.isFloatingPoint else {
      throw ShapeError(.dtype, "integers", "the tensor is \(dtype); cast it first")
    }
    try requireValues("integers")
    let source = dtype == .int64 ? self : try cast(to: .int64)
    return source.withUnsafeBytes { $0.bindMemory(to: Int64.self).map(Int.init) }
  }

  /// The values of a uint8 tensor, row-major.
  public func bytes() throws(ShapeError) -> [UInt8] {
    guard dtype == .uint8 else { throw ShapeError(.dtype, "bytes", "the tensor is \(dtype), not uint8") }
    try requireValues("bytes")
    return withUnsafeBytes { Array($0) }
  }
}
