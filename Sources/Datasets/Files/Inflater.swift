import CZLIB

/// Inflates deflate and gzip streams.
enum Inflater {
  /// How the stream is wrapped.
  enum Format: Int32 {
    case raw = -15
    case gzip = 31
  }

  /// Why a stream cannot be inflated.
  enum Fault: Error {
    case damaged, truncated, memory
    case tooLong(Int)

    var text: String {
      switch self {
      case .damaged: "its compressed data is broken"
      case .truncated: "its compressed data ends early"
      case .memory: "not enough memory to inflate it"
      case .tooLong(let limit): "it inflates to more than the \(limit) bytes it may have"
      }
    }
  }

  static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
  }

  /// The whole stream, which must give exactly this many bytes.
  static func inflate(_ data: UnsafeRawBufferPointer, format: Format, exactly size: Int) -> Result<[UInt8], Fault> {
    var fault: Fault?
    let result = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
      var room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size])
      fault = run(data, format: format) { chunk in
        guard chunk.count <= room.count else { return .tooLong(size) }
        room.copyMemory(from: chunk)
        room = UnsafeMutableRawBufferPointer(rebasing: room[chunk.count...])
        return nil
      }
      if fault == nil, !room.isEmpty { fault = .truncated }
      count = fault == nil ? size : 0
    }
    if let fault { return .failure(fault) }
    return .success(result)
  }

  /// The whole stream, of at most `limit` bytes.
  static func inflate(_ data: UnsafeRawBufferPointer, format: Format, limit: Int) -> Result<[UInt8], Fault> {
    var result: [UInt8] = []
    let fault = run(data, format: format) { chunk in
      guard result.count + chunk.count <= limit else { return .tooLong(limit) }
      result.append(contentsOf: chunk)
      return nil
    }
    if let fault { return .failure(fault) }
    return .success(result)
  }

  /// Calls `sink` with one piece after another. A gzip file may be several streams, one after another.
  static func run(
    _ data: UnsafeRawBufferPointer, format: Format, _ sink: (UnsafeRawBufferPointer) -> Fault?
  ) -> Fault? {
    var stream = z_stream()
    guard inflateInit2_(&stream, format.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return .memory
    }
    defer { inflateEnd(&stream) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
    defer { buffer.deallocate() }
    var rest = data
    while true {
      if stream.avail_in == 0, !rest.isEmpty {
        let step = min(rest.count, 1 << 30)
        stream.next_in = UnsafeMutablePointer(mutating: rest.bindMemory(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(step)
        rest = UnsafeRawBufferPointer(rebasing: rest[step...])
      }
      stream.next_out = buffer.bindMemory(to: UInt8.self).baseAddress
      stream.avail_out = UInt32(buffer.count)
      let status = CZLIB.inflate(&stream, Z_NO_FLUSH)
      let made = buffer.count - Int(stream.avail_out)
      if made > 0, let fault = sink(UnsafeRawBufferPointer(rebasing: buffer[..<made])) { return fault }
      switch status {
      case Z_STREAM_END:
        let isMore = stream.avail_in > 0 || !rest.isEmpty
        // Zeros after the last stream are padding, as gzip itself has it.
        guard format == .gzip, isMore, let next = stream.next_in, stream.avail_in == 0 || next.pointee != 0 else {
          return nil
        }
        guard inflateReset(&stream) == Z_OK else { return .memory }
      case Z_OK: break
      case Z_BUF_ERROR: if stream.avail_in == 0, rest.isEmpty { return .truncated }
      case Z_MEM_ERROR: return .memory
      default: return .damaged
      }
    }
  }
}
