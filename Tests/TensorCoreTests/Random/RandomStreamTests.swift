import TensorCore
import Testing

@Suite struct RandomStreamTests {
  @Test func numbersAreAFunctionOfSeedPurposeAndIndex() {
    let stream = RandomStream(seed: 1, purpose: "a")
    #expect(stream.bits(3) == RandomStream(seed: 1, purpose: "a").bits(3))
    #expect(stream.bits(3) != stream.bits(4))
    #expect(stream.bits(3) != RandomStream(seed: 2, purpose: "a").bits(3))
    #expect(stream.bits(3) != RandomStream(seed: 1, purpose: "b").bits(3))
  }

  @Test func uniformNumbersFillTheirRangeEvenly() {
    let stream = RandomStream(seed: 9, purpose: "even")
    let count = 100_000
    let values = (0..<count).map { Double(stream.uniform(UInt64($0))) }
    let mean = values.reduce(0, +) / Double(count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
    #expect(values.allSatisfy { (0..<1).contains($0) })
    // Five standard errors either way.
    #expect(abs(mean - 0.5) < 5 * (1 / 12.0 / Double(count)).squareRoot())
    #expect(abs(variance - 1 / 12.0) < 0.002)
  }
}
