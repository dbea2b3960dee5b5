import Synchronization
import TensorCore

/// Weights in the order in which kernels read them, kept for all plans of one network.
package final class PackedWeights: Sendable {
  private let packed = Mutex<[String: PackedFloats]>([:])
  /// Where weights of middling size lie one behind the other, so that they share large pages of memory.
  private let block = Mutex<(storage: Storage, used: Int)?>(nil)
  private static let blockBytes = 4 * Storage.largePage, shared = 1 << 16..<2 * Storage.largePage

  /// Told the path of a parameter that has been packed.
  let release: @Sendable (String) -> Void

  /// Keeps what is packed for the program's next start.
  private let keeper: (any PackedKeeper)?

  package init(
    release: @escaping @Sendable (String) -> Void = { _ in }, keeper: (any PackedKeeper)? = nil
  ) {
    self.release = release
    self.keeper = keeper
  }

  /// What was packed under `key`.
  func kept(_ key: String) -> PackedFloats? { packed.withLock { $0[key] } }

  /// What an earlier start of the program packed of `weights` in this form; kept under `key` from now on.
  func restored(_ key: String, _ weights: Tensor, form: String, byteCount: Int) -> PackedFloats? {
    guard let (storage, offset) = keeper?.kept(weights, form: form, byteCount: byteCount) else { return nil }
    let floats = PackedFloats(storage: storage, offset: offset, byteCount: byteCount)
    packed.withLock { $0[key] = floats }
    return floats
  }

  /// Has what was packed of `weights` kept for the program's next start.
  func keep(_ floats: PackedFloats, _ weights: Tensor, form: String) {
    keeper?.add(floats.storage, floats.offset..<floats.offset + floats.byteCount, of: weights, form: form)
  }

  /// What `fill` writes into `count` floats; kept under `key`, or for this plan alone where there is none.
  func floats(
    _ key: String?, count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(ShapeError) -> PackedFloats {
    if let key, let kept = kept(key) { return kept }
    let floats = try key == nil ? PackedFloats(byteCount: count * 4) : place(byteCount: count * 4)
    fill(UnsafeMutablePointer(mutating: floats.pointer))
    if let key { packed.withLock { $0[key] = floats } }
    return floats
  }

  /// Room that is kept as long as all weights are.
  private func place(byteCount: Int) throws(ShapeError) -> PackedFloats {
    guard Self.shared.contains(byteCount) else { return try PackedFloats(byteCount: byteCount) }
    // Kernels may load past the last element.
    let room = (byteCount + 2 * Storage.alignment - 1) / Storage.alignment * Storage.alignment
    return try block.withLock { block throws(ShapeError) in
      var current: (storage: Storage, used: Int)
      if let block, block.used + room <= block.storage.byteCount {
        current = block
      } else if let storage = try? Storage(byteCount: Self.blockBytes, operation: "pack") {
        current = (storage, 0)
      } else {
        return try PackedFloats(byteCount: byteCount)
      }
      let place = PackedFloats(storage: current.storage, offset: current.used, byteCount: byteCount)
      current.used += room
      block = current
      return place
    }
  }

  /// Bytes of all.
  package var byteCount: Int { packed.withLock { $0.values.reduce(0) { $0 + $1.byteCount } } }
}

/// Floats that steps keep alive and only read.
struct PackedFloats: Sendable {
  fileprivate let storage: Storage, offset: Int
  let byteCount: Int

  var pointer: UnsafePointer<Float> {
    UnsafePointer((storage.pointer + offset).assumingMemoryBound(to: Float.self))
  }

  /// A copy of `values`.
  init(_ values: [Float]) throws(ShapeError) {
    try self.init(byteCount: values.count * 4)
    storage.pointer.assumingMemoryBound(to: Float.self).update(from: values, count: values.count)
  }

  /// Bytes of its own, not filled yet.
  fileprivate init(byteCount: Int) throws(ShapeError) {
    self.init(storage: try Storage(byteCount: byteCount, operation: "pack"), offset: 0, byteCount: byteCount)
  }

  fileprivate init(storage: Storage, offset: Int, byteCount: Int) {
    self.storage = storage
    self.offset = offset
    self.byteCount = byteCount
  }
}
