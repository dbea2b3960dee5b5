import Support
import Synchronization
import Testing

@Suite struct WorkQueueTests {
  @Test func workIsDoneInOrderAndAllOfIt() {
    let done = Mutex<[Int]>([])
    let queue = WorkQueue(capacity: 3)
    for number in 0..<500 { queue.add { done.withLock { $0.append(number) } } }
    queue.finish()
    #expect(done.withLock { $0 } == Array(0..<500))
  }
}
