/// Computes items ahead of their reader on threads, in order, at most `window` of them at a time.
package final class ReadAhead<Element: Sendable>: Sendable {
  private struct State {
    var nextToStart = 0
    var nextToRead = 0
    var ready: [Int: Element] = [:]
    var isStopped = false
  }

  private let state: Monitor<State>
  private let threads: [WorkerThread]
  private let count: Int

  /// Starts `workers` threads that call `produce` for 0, 1, 2 ... up to `count`, never more than `window` ahead of `next()`.
  package init(count: Int, window: Int, workers: Int, _ produce: @escaping @Sendable (Int) -> Element) {
    let state = Monitor(State())
    self.state = state
    self.count = count
    threads = (0..<min(max(workers, 1), max(count, 1))).map { _ in
      WorkerThread {
        while true {
          let index: Int = state.wait { state in
            if state.isStopped || state.nextToStart >= count { return -1 }
            guard state.nextToStart < state.nextToRead + max(window, 1) else { return nil }
            defer { state.nextToStart += 1 }
            return state.nextToStart
          }
          guard index >= 0 else { return }
          let element = produce(index)
          state.change { $0.ready[index] = element }
        }
      }
    }
  }

  /// The next item in order; nil at the end.
  package func next() -> Element? {
    let isAtEnd: Bool = state.change { $0.nextToRead >= count || $0.isStopped }
    guard !isAtEnd else { return nil }
    return state.wait { state in
      guard let element = state.ready.removeValue(forKey: state.nextToRead) else { return nil }
      state.nextToRead += 1
      return element
    }
  }

  /// Stops early and waits for the threads.
  package func stop() {
    state.change { $0.isStopped = true }
    for thread in threads { thread.join() }
  }
}
