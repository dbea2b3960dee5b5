import Support

/// An n-dimensional array of numbers: a value, copied on write, shared freely between threads.
///
/// Elements lie row-major (the last axis is contiguous). Images are `[N, C, H, W]`, convolution weights `[O, I, H, W]`,
/// as in the checkpoints of this field. Operations are primitives (see `Primitive`) and throw `ShapeError`.
public struct Tensor: Sendable {
  /// Shape and element type.
  public let spec: TensorSpec
  private var storage: Storage
  /// Where the first element lies in the storage, in bytes: leading slices and reshapes share it.
  private let byteOffset: Int
  /// The value on a tape that this tensor is; nil for constants.
  private(set) var tapeIndex: TapeIndex?

  /// Sizes of the axes, outermost first.
  public var shape: [Int] { spec.shape }
  /// Element type.
  public var dtype: DType { spec.dtype }
  /// Number of axes.
  public var rank: Int { spec.rank }
  /// Number of elements.
  public var count: Int { spec.count }

  /// A tensor over existing bytes. The spec must have been checked and must fit the storage.
  package init(_ spec: TensorSpec, storage: Storage, byteOffset: Int = 0) {
    precondition(
      byteOffset >= 0 && byteOffset + spec.byteCount <= storage.byteCount, "a tensor reaches past its storage")
    self.spec = spec
    self.storage = storage
    self.byteOffset = byteOffset
  }

  /// A tensor of uninitialised elements.
  package init(uninitialized spec: TensorSpec, operation: String = "allocate") throws(ShapeError) {
    try spec.checkedCount(operation)
    self.init(spec, storage: try Storage(byteCount: spec.byteCount, operation: operation))
  }

  /// A tensor without values, which a recording knows.
  init(placeholder: Placeholder, _ spec: TensorSpec) {
    self.spec = spec
    storage = Storage(placeholder: placeholder)
    byteOffset = 0
  }

  /// The recorded value that this tensor stands for; nil where it has values.
  package var placeholder: Placeholder? { storage.placeholder }

  /// Gives memory back where the values are a part of a mapped file: they are read from it again when they are needed. False
  /// where they are not.
  @discardableResult
  package func releasePages() -> Bool { storage.releasePages(byteOffset..<byteOffset + spec.byteCount) }

  /// The mapped file that holds the values as they are, and from which byte on; nil where they are in memory of their own.
  package var filePlace: (file: MappedFile, offset: Int)? {
    storage.filePlace.map { ($0.file, $0.offset + byteOffset) }
  }

  /// Throws where this tensor is a placeholder: its values are not known while a function is recorded.
  package func requireValues(_ operation: String) throws(ShapeError) {
    guard storage.placeholder == nil else {
      throw ShapeError(.capture, operation, "reads values while the network is only recorded")
    }
  }

  /// The same values under another place on a tape.
  func tracked(_ index: TapeIndex?) -> Tensor {
    var copy = self
    copy.tapeIndex = index
    return copy
  }

  /// The same bytes under another shape of as many elements (or fewer, from `byteOffset` on).
  package func sharing(_ spec: TensorSpec, byteOffset: Int = 0) -> Tensor {
    Tensor(spec, storage: storage, byteOffset: self.byteOffset + byteOffset)
  }

  /// Reads the elements' bytes.
  package func withUnsafeBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    precondition(storage.placeholder == nil, "a placeholder has no bytes")
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeRawBufferPointer(start: storage.pointer + byteOffset, count: spec.byteCount))
  }

  /// Writes the elements' bytes, after copying them where another tensor shares them.
  package mutating func withUnsafeMutableBytes<R>(_ body: (UnsafeMutableRawBufferPointer) -> R) throws(ShapeError) -> R
  {
    if storage.isReadOnly || !isKnownUniquelyReferenced(&storage) {
      let copy = try Storage(byteCount: spec.byteCount, operation: "write")
      withUnsafeBytes { bytes in
        if let base = bytes.baseAddress { copy.pointer.copyMemory(from: base, byteCount: bytes.count) }
      }
      self = Tensor(spec, storage: copy)
    }
    defer { withExtendedLifetime(storage) {} }
    return body(UnsafeMutableRawBufferPointer(start: storage.pointer + byteOffset, count: spec.byteCount))
  }

  /// The read-only view that kernels get. Valid while this tensor lives.
  package var view: TensorView { TensorView(spec: spec, pointer: UnsafeRawPointer(storage.pointer + byteOffset)) }
  /// The view that a primitive writes its fresh output through.
  package var mutableView: MutableTensorView { MutableTensorView(spec: spec, pointer: storage.pointer + byteOffset) }
}
