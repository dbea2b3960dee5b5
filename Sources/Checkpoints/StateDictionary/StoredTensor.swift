import TensorCore

/// A tensor where it lies in a file: checked against the file's bounds when it is made, read when it is asked for.
struct StoredTensor: Sendable {
  let file: CheckpointFile
  let type: StoredType
  let shape: [Int]
  /// Steps of the axes in elements; nil where the elements lie row-major.
  private let strides: [Int]?
  /// Byte of the file where the first element lies.
  private let offset: Int

  /// Axes a tensor may have, as in PyTorch.
  static let rankLimit = 64
  /// What an expanded tensor (stride 0) may grow to beyond the size of its file.
  private static let expansionLimit = 64 << 20

  /// Row-major elements at `offset`; the caller has checked that they lie in the file.
  init(file: CheckpointFile, type: StoredType, shape: [Int], offset: Int) {
    self.file = file
    self.type = type
    self.shape = shape
    self.offset = offset
    strides = nil
  }

  /// A view of a storage. Throws `damaged` where an element would lie outside of `region`, the storage's bytes.
  init(
    file: CheckpointFile, type: StoredType, shape: [Int], strides: [Int], storageOffset: Int, region: Range<Int>,
    pickleOffset: Int
  ) throws(CheckpointError) {
    func fault(_ problem: String) -> CheckpointError { file.damaged(problem, at: pickleOffset) }
    let size = type.bitSize / 8
    guard shape.count == strides.count, shape.count <= Self.rankLimit else {
      throw fault("a tensor of \(shape.count) sizes has \(strides.count) strides")
    }
    guard shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 }), storageOffset >= 0 else {
      throw fault("a tensor has a negative size, stride or offset (\(shape), \(strides), \(storageOffset))")
    }
    guard Self.byteCount(shape, bitSize: type.bitSize) != nil else { throw fault("shape \(shape) is too large") }
    var isRowMajor = true
    if !shape.contains(0) {
      var last = storageOffset, step = 1
      for (length, stride) in zip(shape, strides).reversed() where length > 1 {
        let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        let (sum, overflowed) = last.addingReportingOverflow(reach)
        guard !overflow, !overflowed else { throw fault("strides \(strides) of shape \(shape) reach past any storage") }
        last = sum
        if stride != step { isRowMajor = false }
        step *= length
      }
      guard last < region.count / size else {
        throw file.damaged(
          "a tensor of shape \(shape), strides \(strides), offset \(storageOffset) reaches past its storage",
          at: pickleOffset,
          expected: "more than \(last) elements", found: "\(region.count / size)")
      }
    }
    self.file = file
    self.type = type
    self.shape = shape
    self.strides = isRowMajor ? nil : strides
    offset = shape.contains(0) ? region.lowerBound : region.lowerBound + storageOffset * size
  }

  /// Bytes of row-major elements; nil where a size is negative, they overflow, or they do not fill whole bytes.
  static func byteCount(_ shape: [Int], bitSize: Int) -> Int? {
    var bits = bitSize
    for size in shape where size != 0 {
      let (product, overflow) = bits.multipliedReportingOverflow(by: size)
      guard size > 0, !overflow else { return nil }
      bits = product
    }
    if shape.contains(0) { return 0 }
    return bits % 8 == 0 ? bits / 8 : nil
  }

  /// Shape and type of the tensor that `load` gives; nil where the element type is not read.
  var spec: TensorSpec? { type.dtype.map { TensorSpec(shape, $0) } }

  /// The tensor: a view of the file's bytes where they can be used as they stand, else a copy.
  func load(_ key: String) throws(CheckpointError) -> Tensor {
    guard let spec else { throw file.unsupported("element type \(type.rawValue) is not read", key: key) }
    do throws(ShapeError) {
      let count = try spec.checkedCount("load")
      if let base = file.bytes.baseAddress, count > 0, strides == nil, type.isStoredAsIs,
        Int(bitPattern: base + offset) % spec.dtype.byteSize == 0,
        offset + spec.byteCount + CheckpointFile.padding <= file.readableByteCount
      {
        return Tensor(spec, storage: Storage(readOnly: base + offset, byteCount: spec.byteCount, owner: file.keeper))
      }
      let limit = max(file.count, Self.expansionLimit)
      guard strides == nil || spec.byteCount <= limit else {
        throw ShapeError(.memory, "load", "an expanded tensor of \(spec.byteCount) bytes in a file of \(file.count)")
      }
      let tensor = try Tensor(uninitialized: spec, operation: "load")
      if count > 0, let base = file.bytes.baseAddress {
        copy(from: base + offset, to: tensor.mutableView.pointer, count)
      }
      return tensor
    } catch {
      throw .memory(CheckpointFault(error.problem, path: file.path, key: key))
    }
  }

  private func copy(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ count: Int) {
    if strides == nil, type.isStoredAsIs {
      target.copyMemory(from: source, byteCount: count * type.bitSize / 8)
      return
    }
    switch type {
    case .bool: gather(source, target, UInt8.self) { UInt8($0 == 0 ? 0 : 1) }
    case .uint8, .int8: gather(source, target, UInt8.self) { $0 }
    case .float16, .bfloat16: gather(source, target, UInt16.self) { $0 }
    case .float32, .int32: gather(source, target, UInt32.self) { $0 }
    case .int64: gather(source, target, UInt64.self) { $0 }
    case .int16: gather(source, target, Int16.self) { Int32($0) }
    case .uint16: gather(source, target, UInt16.self) { Int32($0) }
    case .uint32: gather(source, target, UInt32.self) { Int64($0) }
    case .float64: gather(source, target, Double.self) { Float($0) }
    case .float4, .float6E2M3, .float6E3M2, .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ,
      .complex64, .complex128, .uint64:
      break  // `load` has refused them
    }
  }

  /// Reads the elements in row-major order, wherever their strides put them.
  private func gather<Element: BitwiseCopyable, Result: BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _: Element.Type, _ convert: (Element) -> Result
  ) {
    let result = target.assumingMemoryBound(to: Result.self)
    let size = MemoryLayout<Element>.size
    guard let strides, let inner = shape.last, let innerStride = strides.last else {
      for index in 0..<shape.reduce(1, *) {
        result[index] = convert(source.loadUnaligned(fromByteOffset: index * size, as: Element.self))
      }
      return
    }
    var index = [Int](repeating: 0, count: shape.count - 1)
    var row = 0, written = 0
    for _ in 0..<shape.dropLast().reduce(1, *) {
      for column in 0..<inner {
        result[written] = convert(
          source.loadUnaligned(fromByteOffset: (row + column * innerStride) * size, as: Element.self))
        written += 1
      }
      var axis = index.count - 1
      while axis >= 0 {
        index[axis] += 1
        row += strides[axis]
        if index[axis] < shape[axis] { break }
        row -= index[axis] * strides[axis]
        index[axis] = 0
        axis -= 1
      }
    }
  }
}
