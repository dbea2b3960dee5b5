import Support
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func everyChunkIsDoneOnce(threads: Int) {
    let pool = ThreadPool(threads: threads)
    #expect(pool.threadCount >= 1 && pool.threadCount <= threads)
    for chunks in [0, 1, 2, 7, 1000] {
      let marks = Mutex([Int](repeating: 0, count: chunks))
      pool.run(chunks: chunks) { chunk in marks.withLock { $0[chunk] += 1 } }
      #expect(marks.withLock { $0 } == [Int](repeating: 1, count: chunks))
    }
  }

  /// No two calls with a thread's number run at once: it may have memory of its own.
  @Test(arguments: [1, 2, 3, 8]) func evenChunksAreDoneOnceByThreadsWithNumbers(threads: Int) {
    let pool = ThreadPool(threads: threads)
    for chunks in [0, 1, 2, 7, 1000] {
      let marks = Mutex([Int](repeating: 0, count: chunks)), busy = Mutex(Set<Int>())
      pool.run(evenChunks: chunks) { begin, end, thread in
        #expect(begin < end && (0..<pool.threadCount).contains(thread))
        #expect(busy.withLock { $0.insert(thread).inserted })
        marks.withLock { marks in for chunk in begin..<end { marks[chunk] += 1 } }
        busy.withLock { _ = $0.remove(thread) }
      }
      #expect(marks.withLock { $0 } == [Int](repeating: 1, count: chunks))
    }
  }

  @Test func loopsInsideLoopsAndFromOtherThreadsAreDoneToo() {
    let pool = ThreadPool(threads: 2)
    let count = Atomic<Int>(0)
    pool.run(chunks: 4) { _ in
      pool.run(chunks: 5) { _ in count.add(1, ordering: .relaxed) }
    }
    let others = (0..<3).map { _ in WorkerThread { pool.run(chunks: 10) { _ in count.add(1, ordering: .relaxed) } } }
    for other in others { other.join() }
    #expect(count.load(ordering: .relaxed) == 50)
  }

  @Test func manyShortLoopsEndWithoutALostWakeUp() {
    let pool = ThreadPool(threads: 2)
    let count = Atomic<Int>(0)
    for _ in 0..<20_000 { pool.run(chunks: 2) { _ in count.add(1, ordering: .relaxed) } }
    #expect(count.load(ordering: .relaxed) == 40_000)
  }
}
