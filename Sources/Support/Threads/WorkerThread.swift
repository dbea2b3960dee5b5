#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of its own for work that waits (files, queues), beside the pool that computes.
package final class WorkerThread: @unchecked Sendable {
  private var handle = pthread_t()
  private var isRunning = false

  /// Starts `body`. Where the system gives no thread, `body` runs at once, on the caller.
  package init(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, 4 << 20)
    defer { pthread_attr_destroy(&attributes) }
    let failure = pthread_create(
      &handle, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, box.toOpaque())
    if failure == 0 {
      isRunning = true
    } else {
      box.takeRetainedValue().body()
    }
  }

  /// Waits for the end. Called once, by the owner.
  package func join() {
    guard isRunning else { return }
    isRunning = false
    pthread_join(handle, nil)
  }

  private final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
