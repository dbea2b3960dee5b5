import Support
import Synchronization
import Testing

@Suite struct ReadAheadTests {
  @Test(arguments: [(1, 1), (2, 3), (4, 2), (8, 100)]) func itemsComeInOrder(workers: Int, window: Int) {
    let ahead = ReadAhead(count: 200, window: window, workers: workers) { $0 * $0 }
    defer { ahead.stop() }
    var items: [Int] = []
    while let item = ahead.next() { items.append(item) }
    #expect(items == (0..<200).map { $0 * $0 })
  }

  @Test func noMoreThanTheWindowIsStartedAhead() {
    let started = Atomic<Int>(0)
    let ahead = ReadAhead(count: 100, window: 4, workers: 3) { index in
      started.add(1, ordering: .relaxed)
      return index
    }
    defer { ahead.stop() }
    for read in 1...50 {
      #expect(ahead.next() == read - 1)
      #expect(started.load(ordering: .relaxed) <= read + 4)
    }
  }

  @Test func stoppingEarlyEnds() {
    let ahead = ReadAhead(count: 1_000_000, window: 2, workers: 2) { $0 }
    #expect(ahead.next() == 0)
    ahead.stop()
    #expect(ahead.next() == nil)
  }

  @Test func nothingToReadIsTheEnd() {
    let ahead = ReadAhead(count: 0, window: 1, workers: 1) { $0 }
    #expect(ahead.next() == nil)
    ahead.stop()
  }
}
