import Support
import TensorCore

/// A file of packed weights: for parts of one weights file, how their bytes lie as kernels read them.
///
/// A header of 64 bytes, an index with a sum of its own, then the packed bytes, each part at a multiple of 64 and with a sum in
/// the index; past the last one as many bytes as kernels may load too far. All numbers are little-endian.
struct PackedFile: Sendable {
  /// Which part of the weights file was packed, and how.
  struct Key: Hashable, Sendable {
    let offset: Int, byteCount: Int
    let form: String
  }
  /// Where the packed bytes lie.
  struct Entry: Sendable {
    let offset: Int, byteCount: Int
    let sum: UInt64
  }

  static let magic = Array("visionPW".utf8), format = 1
  static let headerBytes = 64, keyBytes = 42, mostIndexBytes = 1 << 24
  /// What kernels may load past the last element.
  static let padding = Storage.alignment

  let file: MappedFile
  let entries: [Key: Entry]

  /// A file of packed weights of `identity`; nil where it is anything else, or does not hold what it says.
  init?(_ file: MappedFile, identity: String) {
    let bytes = file.bytes
    guard bytes.count >= Self.headerBytes, bytes.prefix(8).elementsEqual(Self.magic),
      bytes.uint32(at: 8) == Self.format, let count = bytes.uint32(at: 12), let length = bytes.uint64(at: 16),
      length <= Self.mostIndexBytes, let start = bytes.uint64(at: 24), start >= Self.headerBytes + length,
      bytes.uint64(at: 32) == bytes.count, let index = bytes.part(Self.headerBytes, length),
      bytes.loadUnaligned(fromByteOffset: 40, as: UInt64.self).littleEndian
        == Self.sum(header: UnsafeRawBufferPointer(rebasing: bytes[..<40]), index: index),
      let name = index.uint16(at: 0).flatMap({ index.part(2, $0) }), name.elementsEqual(identity.utf8)
    else { return nil }
    var entries: [Key: Entry] = [:], at = 2 + name.count
    for _ in 0..<count {
      guard let form = index.uint16(at: at), let key = (index.uint64(at: at + 2)),
        let keyCount = index.uint64(at: at + 10),
        let offset = index.uint64(at: at + 18), let byteCount = index.uint64(at: at + 26), byteCount > 0,
        let text = index.part(at + Self.keyBytes, form), offset >= start, offset % Storage.alignment == 0,
        byteCount <= bytes.count, offset <= bytes.count - byteCount - Self.padding
      else { return nil }
      let sum = index.loadUnaligned(fromByteOffset: at + 34, as: UInt64.self).littleEndian
      entries[Key(offset: key, byteCount: keyCount, form: String(decoding: text, as: UTF8.self))] = Entry(
        offset: offset, byteCount: byteCount, sum: sum)
      at += Self.keyBytes + form
    }
    guard at == index.count else { return nil }
    self.file = file
    self.entries = entries
  }

  /// Whether all packed bytes are as they were written. Reads all of them.
  func isWhole() -> Bool {
    withExtendedLifetime(file) {
      entries.values.allSatisfy { entry in
        file.bytes.part(entry.offset, entry.byteCount).map(QuickSum.of) == entry.sum
      }
    }
  }

  /// The packed bytes of an entry, for kernels.
  func storage(_ entry: Entry) -> Storage? {
    file.bytes.part(entry.offset, entry.byteCount + Self.padding)?.baseAddress.map {
      Storage(readOnly: $0, byteCount: entry.byteCount, owner: file)
    }
  }

  /// The sum of what says where the parts lie.
  static func sum(header: UnsafeRawBufferPointer, index: UnsafeRawBufferPointer) -> UInt64 {
    QuickSum.of(header) ^ QuickSum.of(index)
  }
}
