import Support
import Synchronization
import TensorCore

/// What is packed of one weights file in this start of the program, and what an earlier one packed.
///
/// Only values that lie in the mapped file as they are count: a parameter that was changed, cast or filled at random has memory
/// of its own.
package final class PackedSession: PackedKeeper {
  /// Packed bytes that are new.
  struct Fresh: Sendable {
    let storage: Storage, bytes: Range<Int>
  }
  private struct State: Sendable {
    var fresh: [PackedFile.Key: Fresh] = [:], order: [PackedFile.Key] = []
    var isUsed = false, hasFresh = false
  }

  let file: MappedFile
  /// Whether an earlier start saw the weights file, and its hash.
  let isSeen: Bool, sha256: String?
  private let packed: PackedFile?
  /// The parts of the weights file that were packed: those were found to be finite numbers.
  private let parts: Set<Range<Int>>
  private let state = Mutex(State())

  init(_ file: MappedFile, in folder: PackedFolder) {
    self.file = file
    (isSeen, sha256) = folder.seen(file.stamp)
    packed = sha256.flatMap(folder.packed)
    parts = Set(packed.map { $0.entries.keys.compactMap(Self.part) } ?? [])
  }

  /// Whether a tensor's values were read and found finite at an earlier start.
  package func isChecked(_ tensor: Tensor) -> Bool { place(tensor).map(parts.contains) ?? false }

  package func kept(_ weights: Tensor, form: String, byteCount: Int) -> (storage: Storage, offset: Int)? {
    guard let packed, let key = key(weights, form), let entry = packed.entries[key], entry.byteCount == byteCount,
      let storage = packed.storage(entry)
    else { return nil }
    state.withLock { $0.isUsed = true }
    return (storage, 0)
  }

  package func add(_ storage: Storage, _ bytes: Range<Int>, of weights: Tensor, form: String) {
    guard let key = key(weights, form) else { return }
    state.withLock { state in
      state.hasFresh = true
      // What will not be written need not be kept alive.
      guard isSeen else { return }
      if state.fresh.updateValue(Fresh(storage: storage, bytes: bytes), forKey: key) == nil { state.order.append(key) }
    }
  }

  /// Whether anything that was kept has been used.
  package var isUsed: Bool { state.withLock { $0.isUsed } }
  /// Whether anything was packed that is not kept yet.
  package var hasFresh: Bool { state.withLock { $0.hasFresh } }

  /// All that is to be kept, what was packed at earlier starts first; they live while `body` runs.
  func withParts<R>(_ known: PackedFile?, _ body: ([PackedFile.Part]) throws(FileError) -> R) throws(FileError) -> R {
    let state = state.withLock { $0 }
    var parts: [PackedFile.Part] = []
    for (key, entry) in (known?.entries ?? [:]).sorted(by: { $0.value.offset < $1.value.offset })
    where state.fresh[key] == nil {
      guard let known, let bytes = known.file.bytes.part(entry.offset, entry.byteCount) else { continue }
      let range = entry.offset..<entry.offset + entry.byteCount
      parts.append(PackedFile.Part(key: key, bytes: bytes, mapped: (known.file, range)))
    }
    for key in state.order {
      guard let fresh = state.fresh[key] else { continue }
      let start = UnsafeRawPointer(fresh.storage.pointer) + fresh.bytes.lowerBound
      parts.append(PackedFile.Part(key: key, bytes: UnsafeRawBufferPointer(start: start, count: fresh.bytes.count)))
    }
    defer { withExtendedLifetime((state, known)) {} }
    return try body(parts)
  }

  private func place(_ tensor: Tensor) -> Range<Int>? {
    guard tensor.dtype == .float32, let place = tensor.filePlace, place.file.stamp == file.stamp else { return nil }
    return place.offset..<place.offset + tensor.spec.byteCount
  }

  private func key(_ weights: Tensor, _ form: String) -> PackedFile.Key? {
    guard form.utf8.count <= 1024 else { return nil }
    return place(weights).map { PackedFile.Key(offset: $0.lowerBound, byteCount: $0.count, form: form) }
  }

  private static func part(_ key: PackedFile.Key) -> Range<Int>? {
    let (end, overflow) = key.offset.addingReportingOverflow(key.byteCount)
    return overflow ? nil : key.offset..<end
  }
}
