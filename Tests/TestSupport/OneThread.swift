import Support

/// Runs loops on one thread: inside a chunk of the shared pool, since a pool at work makes its caller do chunks alone.
package enum OneThread {
  /// Calls `body` once.
  package static func run<R>(_ body: () throws -> R) throws -> R {
    var result: Result<R, any Error>?
    withUnsafeMutablePointer(to: &result) { pointer in
      let slot = UncheckedPointer(pointer: pointer)
      ThreadPool.shared.run(chunks: 2) { chunk in
        if chunk == 0 { slot.pointer.pointee = Result { try body() } }
      }
    }
    guard let result else { throw CancellationError() }
    return try result.get()
  }

  private struct UncheckedPointer<R>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Result<R, any Error>?>
  }
}
