import Checkpoints
import Foundation
import Support
import TensorCore
import Testing

/// A folder with a weights file of two tensors and a cache of what was packed of it.
final class PackedPlace {
  let folder: TemporaryFolder
  var cachePath: String { folder("cache/packed") }
  static let forms = ["one", "two"]

  init() throws {
    folder = try TemporaryFolder()
    try write(weights: 1)
  }

  /// Writes the weights file anew, in place: its length stays the same.
  func write(weights value: Float, to name: String = "net.weights") throws {
    let values = [Float](repeating: value, count: 64) + [Float](repeating: -value, count: 1000)
    let data = values.withUnsafeBytes { Data($0) }
    if let file = FileHandle(forWritingAtPath: folder(name)) {
      try file.write(contentsOf: data)
      try file.close()
    } else {
      try data.write(to: URL(fileURLWithPath: folder(name)))
    }
  }

  func cache(limit: Int = 1 << 20, packing: String = "tier-v1") -> PackedCache {
    PackedCache(folder: cachePath, limit: limit, packing: packing, settling: 0)
  }

  /// A start of the program: what it finds, packed anew where nothing is found, and what it leaves. The packed bytes are the
  /// weights doubled, so that stale ones would show.
  @discardableResult func start(
    limit: Int = 1 << 20, packing: String = "tier-v1", weights name: String = "net.weights"
  ) throws -> (found: [Bool], values: [Float], note: String?) {
    let cache = cache(limit: limit, packing: packing), file = try MappedFile(path: folder(name))
    let session = try #require(cache.session(file))
    var found: [Bool] = [], values: [Float] = []
    for (form, part) in zip(Self.forms, [0..<64, 64..<1064]) {
      let tensor = try self.tensor(file, part), byteCount = part.count * 4
      if let kept = session.kept(tensor, form: form, byteCount: byteCount) {
        #expect(session.isChecked(tensor) && UInt(bitPattern: kept.storage.pointer) % 64 == 0)
        values.append((kept.storage.pointer + kept.offset).assumingMemoryBound(to: Float.self)[part.count - 1])
        found.append(true)
      } else {
        let packed = try Storage(byteCount: byteCount + 128, operation: "test")
        let target = (packed.pointer + 128).assumingMemoryBound(to: Float.self)
        for (index, value) in try tensor.floats().enumerated() { target[index] = 2 * value }
        values.append(target[part.count - 1])
        session.add(packed, 128..<128 + byteCount, of: tensor, form: form)
        found.append(false)
      }
    }
    return (found, values, cache.finish())
  }

  func tensor(_ file: MappedFile, _ part: Range<Int>) throws -> Tensor {
    let base = try #require(file.bytes.baseAddress) + part.lowerBound * 4
    return Tensor(
      TensorSpec([part.count], .float32), storage: Storage(readOnly: base, byteCount: part.count * 4, owner: file))
  }

  /// The files of packed weights.
  func packedFiles() -> [String] { names().filter { $0.hasSuffix(".packed") } }

  /// All names in the cache's folder.
  func names() -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: cachePath)) ?? []).sorted()
  }

  /// The path of the only file of packed weights.
  func packedPath() throws -> String {
    let files = packedFiles()
    try #require(files.count == 1)
    return cachePath + "/" + files[0]
  }
}
