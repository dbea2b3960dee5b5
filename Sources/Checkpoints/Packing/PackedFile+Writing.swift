import Support
import TensorCore

extension PackedFile {
  /// Packed bytes to be written; whoever hands them over keeps them alive.
  struct Part {
    let key: Key
    let bytes: UnsafeRawBufferPointer
    /// Where they lie in a mapped file, whose pages are given back when they have been read.
    var mapped: (file: MappedFile, range: Range<Int>)?

    func release() { mapped.map { $0.file.release($0.range) } }
  }

  /// How long a file of these parts is.
  static func length(_ parts: [Part], identity: String) -> Int {
    parts.reduce(start(parts, identity)) { aligned($0, Storage.alignment) + $1.bytes.count } + padding
  }

  /// Writes a file that gets its name when it is whole. False where `isCancelled` has stopped it. Throws `FileError`.
  static func write(
    _ parts: [Part], identity: String, to path: String, isCancelled: () -> Bool
  ) throws(FileError) -> Bool {
    var index: [UInt8] = [], offset = start(parts, identity)
    append(UInt16(identity.utf8.count), to: &index)
    index += identity.utf8
    for part in parts {
      if isCancelled() { return false }
      offset = aligned(offset, Storage.alignment)
      append(UInt16(part.key.form.utf8.count), to: &index)
      for number in [part.key.offset, part.key.byteCount, offset, part.bytes.count] {
        append(UInt64(number), to: &index)
      }
      append(QuickSum.of(part.bytes), to: &index)
      part.release()
      index += part.key.form.utf8
      offset += part.bytes.count
    }
    var header = magic
    append(UInt32(format), to: &header)
    append(UInt32(parts.count), to: &header)
    for number in [index.count, start(parts, identity), offset + padding] { append(UInt64(number), to: &header) }
    append(header.withUnsafeBytes { header in index.withUnsafeBytes { sum(header: header, index: $0) } }, to: &header)
    header += [UInt8](repeating: 0, count: headerBytes - header.count)

    let file = try BlockWriter(AtomicFile(path: path))
    try file.append(header)
    try file.append(index)
    try file.fill(to: start(parts, identity))
    for part in parts {
      if isCancelled() { return false }
      try file.fill(to: aligned(file.count, Storage.alignment))
      try file.append(part.bytes)
      part.release()
    }
    try file.fill(to: file.count + padding)
    try file.finish()
    return true
  }

  /// Where the first part lies: on a page of its own.
  private static func start(_ parts: [Part], _ identity: String) -> Int {
    aligned(
      parts.reduce(headerBytes + 2 + identity.utf8.count) { $0 + keyBytes + $1.key.form.utf8.count }, 4096)
  }

  private static func aligned(_ offset: Int, _ step: Int) -> Int { (offset + step - 1) / step * step }

  private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// Writes in blocks of a large page: the system then keeps the file in large pages, and maps it with few faults.
private final class BlockWriter {
  private let file: AtomicFile
  private var block: [UInt8] = []
  private(set) var count = 0
  private static let blockBytes = Storage.largePage

  init(_ file: AtomicFile) {
    self.file = file
    block.reserveCapacity(Self.blockBytes)
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      let taken = min(bytes.count - done, Self.blockBytes - block.count)
      block.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[done..<done + taken]))
      done += taken
      count += taken
      if block.count == Self.blockBytes { try flush() }
    }
  }

  func append(_ bytes: [UInt8]) throws(FileError) {
    let result = bytes.withUnsafeBytes { buffer in Result { () throws(FileError) in try append(buffer) } }
    try result.get()
  }

  /// Zeros up to an offset.
  func fill(to offset: Int) throws(FileError) { try append([UInt8](repeating: 0, count: offset - count)) }

  func finish() throws(FileError) {
    try flush()
    try file.commit()
  }

  private func flush() throws(FileError) {
    try file.write(block)
    block.removeAll(keepingCapacity: true)
  }
}
