import Synchronization
import TensorCore

/// Arenas and workspaces of finished runs, for the next ones: one set for all plans of a function, as they seldom run at once.
final class PlanMemory: Sendable {
  let spaces = Workspaces()
  private let free = Mutex<[Storage]>([])

  /// An arena of at least so many bytes. Throws where memory cannot be had.
  func arena(byteCount: Int) throws(ShapeError) -> Storage {
    if let kept = free.withLock({ $0.popLast() }), kept.byteCount >= byteCount { return kept }
    return try Storage(byteCount: byteCount, operation: "plan")
  }

  func giveBack(_ storage: Storage) { free.withLock { $0.append(storage) } }
}
