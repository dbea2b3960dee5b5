import Datasets
import Testing

@Suite struct SamplerTests {
  @Test func shufflesAllOnceAndAnewEachEpoch() throws {
    let sampler = Sampler(.shuffled, seed: 3)
    let first = try sampler.indices(count: 100, epoch: 0)
    #expect(first.sorted() == Array(0..<100))
    #expect(first != Array(0..<100))
    #expect(try sampler.indices(count: 100, epoch: 0) == first)
    #expect(try sampler.indices(count: 100, epoch: 1) != first)
    #expect(try Sampler(.shuffled, seed: 4).indices(count: 100, epoch: 0) != first)
  }

  @Test func theWholeRangeIsReached() throws {
    // Each of 5 places gets each of 5 values about 200 times of 1000: 99.99% of fair draws lie within 5 deviations (63).
    var seen = [[Int]](repeating: [Int](repeating: 0, count: 5), count: 5)
    for epoch in 0..<1000 {
      for (place, value) in try Sampler(.shuffled, seed: 1).indices(count: 5, epoch: epoch).enumerated() {
        seen[place][value] += 1
      }
    }
    for row in seen { for count in row { #expect((137...263).contains(count)) } }
  }

  @Test func weightsAreShares() throws {
    let draws = try Sampler(.weighted([1, 0, 3], count: 4000), seed: 9).indices(count: 3, epoch: 0)
    #expect(draws.count == 4000)
    #expect(!draws.contains(1))
    // 3 in 4 of 4000, deviation 27.
    #expect((2860...3140).contains(draws.count { $0 == 2 }))
  }

  @Test func repeatsAreExact() throws {
    let order = try Sampler(.repeated([2, 0, 1]), seed: 1).indices(count: 3, epoch: 5)
    #expect(order.sorted() == [0, 0, 2])
  }

  @Test(arguments: [
    Sampler.Order.weighted([1], count: 1), .weighted([0, 0], count: 1), .weighted([-1, 2], count: 1),
    .weighted([.nan, 2], count: 1), .weighted([1, 1], count: -1), .repeated([1]), .repeated([-1, 2]),
  ])
  func unfitSettingsAreRefused(order: Sampler.Order) {
    #expect(message { _ = try Sampler(order).indices(count: 2, epoch: 0) } != "")
  }
}
