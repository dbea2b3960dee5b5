import CSupport
import Synchronization

/// A fixed set of threads that share the chunks of one loop at a time. Which thread does a chunk never changes results.
public final class ThreadPool: @unchecked Sendable {
  private let handle: OpaquePointer?
  /// Threads that work on a loop, the caller among them.
  public let threadCount: Int

  /// A pool of `threads` threads (1 to 1,024), the caller of `run` among them.
  public init(threads: Int) {
    handle = cs_pool_create(Int32(min(max(threads, 1), 1024)))
    threadCount = handle.map { Int(cs_pool_threads($0)) } ?? 1
  }

  deinit { cs_pool_destroy(handle) }

  private static let wanted = Mutex<Int?>(nil)

  /// Sets the size of `shared`. Takes effect only before its first use.
  public static func setSharedThreadCount(_ count: Int) { wanted.withLock { $0 = count } }

  /// The pool that tensor operations use: by default as many threads as processors this process may use.
  public static let shared = ThreadPool(threads: wanted.withLock { $0 } ?? availableProcessors)

  /// Processors that this process may use: its affinity mask, capped by the cgroup's quota.
  public static var availableProcessors: Int { Int(cs_allowed_processors()) }

  /// From now on the calling thread does all chunks of its loops itself: for threads of which there are enough already.
  package static func workAlone() { cs_pool_work_alone() }

  /// Calls `body` for every chunk in `0..<chunks`, several at a time, and returns when all are done.
  ///
  /// Each thread takes its own part of the chunks first, one by one, then what others have not begun. While the pool is at
  /// work for another caller, this one does its chunks alone.
  public func run(chunks: Int, _ body: (Int) -> Void) {
    run(chunks, share: 1) { begin, end, _ in
      for chunk in begin..<end { body(chunk) }
    }
  }

  /// The same for chunks that take about as long as each other: a thread takes a third of what is left of a part at a time, as
  /// each call costs something. `body` is told its thread's number, 0 to `threadCount - 1`, which no other thread has in this
  /// loop; all is 0 of a loop that a caller does alone.
  package func run(
    evenChunks chunks: Int, _ body: (_ begin: Int, _ end: Int, _ thread: Int) -> Void
  ) { run(chunks, share: 3, body) }

  private struct Loop {
    let body: (Int, Int, Int) -> Void
  }

  private func run(_ chunks: Int, share: Int, _ body: (Int, Int, Int) -> Void) {
    withoutActuallyEscaping(body) { escaping in
      var loop = Loop(body: escaping)
      withUnsafeMutablePointer(to: &loop) { pointer in
        cs_pool_run(
          handle, chunks, share,
          { context, begin, end, thread in
            context?.assumingMemoryBound(to: Loop.self).pointee.body(begin, end, Int(thread))
          }, pointer)
      }
    }
  }
}
