import Datasets
import Testing

@Suite struct DatasetSplitTests {
  private let fixture = Fixture()

  private func set() throws -> any Dataset {
    for index in 0..<60 {
      try fixture.picture("set/\(["a", "b", "c"][index < 40 ? 0 : index < 55 ? 1 : 2])/\(index).png")
    }
    return try DatasetReader.open(fixture.path("set"))
  }

  @Test func everyPartHasItsShareOfEveryClass() throws {
    let set = try set()
    let parts = try DatasetSplit.indices(of: #require(set as? FileDataset), shares: [8, 1, 1], seed: 1)
    #expect(parts.map(\.count) == [48, 6, 6])
    #expect(parts.flatMap(\.self).sorted() == Array(0..<60))
    let counts = parts.map { part in (0..<3).map { label in part.count { set.labels(at: $0) == [label] } } }
    #expect(counts[0][0] == 32 && counts[0][1] == 12 && counts[0][2] == 4)
  }

  @Test func theSeedAloneDecides() throws {
    let set = try #require(try set() as? FileDataset)
    let first = try DatasetSplit.indices(of: set, shares: [0.5, 0.5], seed: 1)
    #expect(try DatasetSplit.indices(of: set, shares: [0.5, 0.5], seed: 1) == first)
    #expect(try DatasetSplit.indices(of: set, shares: [0.5, 0.5], seed: 2) != first)
  }

  @Test(arguments: [[], [0, 0], [-1, 2], [.nan, 1]] as [[Double]])
  func unfitSharesAreRefused(shares: [Double]) throws {
    let set = try #require(try set() as? FileDataset)
    #expect(message { _ = try DatasetSplit.indices(of: set, shares: shares, seed: 0) } != "")
  }
}
