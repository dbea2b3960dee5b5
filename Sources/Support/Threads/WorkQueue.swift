/// Runs closures one after another on a thread of its own; the caller waits while `capacity` of them are pending.
package final class WorkQueue: Sendable {
  private struct State {
    var pending: [@Sendable () -> Void] = []
    var isClosed = false
  }

  private let state: Monitor<State>
  private let thread: WorkerThread
  private let capacity: Int

  package init(capacity: Int) {
    self.capacity = max(capacity, 1)
    let state = Monitor(State())
    self.state = state
    thread = WorkerThread {
      while true {
        let job: (@Sendable () -> Void)?? = state.wait { state in
          if !state.pending.isEmpty { return .some(state.pending.removeFirst()) }
          return state.isClosed ? .some(nil) : nil
        }
        guard case .some(.some(let run)) = job else { return }
        run()
      }
    }
  }

  /// Adds work, waiting for room.
  package func add(_ job: @escaping @Sendable () -> Void) {
    state.wait { [capacity] state -> Void? in
      guard state.pending.count < capacity else { return nil }
      state.pending.append(job)
      return ()
    }
  }

  /// Waits until all is done and ends the thread.
  package func finish() {
    state.change { $0.isClosed = true }
    thread.join()
  }
}
