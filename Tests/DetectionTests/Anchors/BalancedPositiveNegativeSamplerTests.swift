import Detection
import TensorCore
import Testing

@Suite struct BalancedPositiveNegativeSamplerTests {
  /// 10 positives, 90 negatives, 100 left out.
  private func labels(_ positives: Int = 10, _ negatives: Int = 90) throws -> Tensor {
    let all = (0..<200).map {
      $0 % 2 == 1 ? -1 : $0 / 2 < positives ? 1 + $0 % 3 : $0 / 2 < positives + negatives ? 0 : -2
    }
    return try Tensor(all, shape: [200])
  }

  private func stream(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, purpose: "sampler") }

  @Test func countsAreThoseOfThePaper() throws {
    for (count, fraction, positives, negatives) in [
      (32, 0.25, 8, 24), (32, 0.5, 10, 22), (512, 0.25, 10, 90), (1, 0.5, 0, 1),
    ] {
      let sampler = BalancedPositiveNegativeSampler(count: count, positiveFraction: fraction)
      let sample = try sampler(labels(), random: stream(1))
      #expect(sample.positives.count == positives && sample.negatives.count == negatives)
      #expect(sample.positives.allSatisfy { $0 % 2 == 0 && $0 < 20 })
      #expect(sample.negatives.allSatisfy { $0 % 2 == 0 && $0 >= 20 })
      #expect(Set(sample.positives).count == positives && Set(sample.negatives).count == negatives)
      #expect(sample.negatives == sample.negatives.sorted())
    }
    let none = try BalancedPositiveNegativeSampler(count: 32, positiveFraction: 0.5)(labels(0, 5), random: stream(1))
    #expect(none.positives == [] && none.negatives == [0, 2, 4, 6, 8])
  }

  @Test func theSameStreamGivesTheSameSample() throws {
    let sampler = BalancedPositiveNegativeSampler(count: 32, positiveFraction: 0.25), labels = try labels()
    let first = try sampler(labels, random: stream(1))
    #expect(try sampler(labels, random: stream(1)) == first)
    #expect(try sampler(labels, random: stream(2)) != first)
  }

  /// 8 of 10 positives, a thousand times: each about 800 times (deviation 12.6).
  @Test func eachIsAsLikely() throws {
    let sampler = BalancedPositiveNegativeSampler(count: 32, positiveFraction: 0.25), labels = try labels()
    var counts = [Int](repeating: 0, count: 10)
    for seed in 0..<1000 {
      for index in try sampler(labels, random: stream(UInt64(seed))).positives { counts[index / 2] += 1 }
    }
    #expect(counts.allSatisfy { abs($0 - 800) < 64 }, "\(counts)")
  }

  @Test func labelsMustBeIntegers() throws {
    let sampler = BalancedPositiveNegativeSampler(count: 4, positiveFraction: 0.5)
    #expect(throws: ShapeError.self) { try sampler(.zeros([4]), random: stream(1)) }
  }
}
