import Synchronization

/// The time that stages take, all threads together.
final class RunProfile: Sendable {
  private let entries: Mutex<[(seconds: Duration, samples: Int)]>

  init(_ count: Int) { entries = Mutex(Array(repeating: (.zero, 0), count: count)) }

  func add(_ node: Int, seconds: Duration, samples: Int) {
    entries.withLock {
      $0[node].seconds += seconds
      $0[node].samples += samples
    }
  }

  func table(_ names: [String]) -> [(stage: String, seconds: Double, samples: Int)] {
    entries.withLock { entries in
      zip(names, entries).map { ($0, $1.seconds / .seconds(1), $1.samples) }
    }
  }
}
