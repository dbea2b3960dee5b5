import Synchronization

/// Counts up from zero, from any thread.
package final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  package init() {}
  /// The next number.
  package func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
