import Support
import Synchronization
import TensorCore

/// Memory of finished runs, for the next ones: one set for all plans of a function, as they seldom run at once.
final class PlanMemory: Sendable {
  private let free = Mutex<[(arena: Storage, spaces: Workspaces)]>([])

  /// An arena of at least so many bytes, and workspaces. Throws where memory cannot be had.
  func take(byteCount: Int) throws(ShapeError) -> (arena: Storage, spaces: Workspaces) {
    var kept = free.withLock { $0.popLast() }
    if let kept, kept.arena.byteCount >= byteCount { return kept }
    let spaces = kept?.spaces ?? Workspaces()
    // The smaller arena goes before the larger one comes.
    kept = nil
    return (try Storage(byteCount: byteCount, operation: "plan"), spaces)
  }

  func giveBack(_ memory: (arena: Storage, spaces: Workspaces)) { free.withLock { $0.append(memory) } }
}

/// Memory for each of the pool's threads to work in, kept from step to step and from run to run: for one run at a time.
final class Workspaces: @unchecked Sendable {
  private struct Space {
    var pointer: UnsafeMutablePointer<Float>?
    var floats = -1
  }

  private let spaces: UnsafeMutableBufferPointer<Space>

  init() {
    spaces = .allocate(capacity: ThreadPool.shared.threadCount)
    spaces.initialize(repeating: Space())
  }

  /// That of a thread, which alone asks for it.
  func space(of thread: Int, floats: Int) -> UnsafeMutablePointer<Float> {
    if let pointer = spaces[thread].pointer, spaces[thread].floats >= floats { return pointer }
    Self.release(spaces[thread])
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(floats, 1) * 4 + 64, alignment: 64)
    let pointer = raw.assumingMemoryBound(to: Float.self)
    spaces[thread] = Space(pointer: pointer, floats: floats)
    return pointer
  }

  private static func release(_ space: Space) { space.pointer.map { UnsafeMutableRawPointer($0).deallocate() } }

  deinit {
    spaces.forEach(Self.release)
    spaces.deallocate()
  }
}
