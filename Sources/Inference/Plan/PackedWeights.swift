import Synchronization
import TensorCore

/// Weights in the order in which kernels read them, kept for all plans of one network.
package final class PackedWeights: Sendable {
  private let packed = Mutex<[String: Storage]>([:])

  /// Told the path of a parameter that has been packed.
  let release: @Sendable (String) -> Void

  package init(release: @escaping @Sendable (String) -> Void = { _ in }) { self.release = release }

  /// What was packed under `key`.
  func kept(_ key: String) -> PackedFloats? { packed.withLock { $0[key] }.map { PackedFloats(storage: $0) } }

  /// What `fill` writes into `count` floats; kept under `key`, or for this plan alone where there is none.
  func floats(
    _ key: String?, count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void
  ) throws(ShapeError) -> PackedFloats {
    if let key, let kept = packed.withLock({ $0[key] }) { return PackedFloats(storage: kept) }
    let storage = try Storage(byteCount: count * 4, operation: "pack")
    fill(storage.pointer.assumingMemoryBound(to: Float.self))
    if let key { packed.withLock { $0[key] = storage } }
    return PackedFloats(storage: storage)
  }

  /// Bytes of all.
  package var byteCount: Int { packed.withLock { $0.values.reduce(0) { $0 + $1.byteCount } } }
}

/// Floats that steps keep alive and only read.
struct PackedFloats: Sendable {
  fileprivate let storage: Storage

  var byteCount: Int { storage.byteCount }
  var pointer: UnsafePointer<Float> { UnsafePointer(storage.pointer.assumingMemoryBound(to: Float.self)) }

  /// A copy of `values`.
  init(_ values: [Float]) throws(ShapeError) {
    storage = try Storage(byteCount: values.count * 4, operation: "pack")
    storage.pointer.assumingMemoryBound(to: Float.self).update(from: values, count: values.count)
  }

  fileprivate init(storage: Storage) { self.storage = storage }
}
