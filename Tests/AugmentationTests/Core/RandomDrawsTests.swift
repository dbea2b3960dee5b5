import Augmentation
import Testing

@Suite struct RandomDrawsTests {
  @Test func theSameKeysGiveTheSameNumbersAndOthersGiveOthers() {
    var a = RandomDraws(seed: 1, epoch: 2, index: 3), b = RandomDraws(seed: 1, epoch: 2, index: 3)
    var others = [
      RandomDraws(seed: 2, epoch: 2, index: 3), RandomDraws(seed: 1, epoch: 3, index: 3),
      RandomDraws(seed: 1, epoch: 2, index: 4), RandomDraws(seed: 1, purpose: "x", epoch: 2, index: 3),
    ]
    let numbers = (0..<20).map { _ in a.bits() }
    #expect(numbers == (0..<20).map { _ in b.bits() })
    #expect(Set(numbers).count == 20)
    for index in others.indices { #expect(others[index].bits() != numbers[0]) }
  }

  @Test func momentsAreThoseOfTheDistributions() {
    var random = RandomDraws(seed: 7)
    let count = 20_000
    func moments(_ draw: (inout RandomDraws) -> Double) -> (mean: Double, variance: Double) {
      let values = (0..<count).map { _ in draw(&random) }
      let mean = values.reduce(0, +) / Double(count)
      return (mean, values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count))
    }
    let uniform = moments { $0.uniform(2, 5) }
    #expect(abs(uniform.mean - 3.5) < 0.03 && abs(uniform.variance - 0.75) < 0.03)
    let normal = moments { $0.normal() }
    #expect(abs(normal.mean) < 0.03 && abs(normal.variance - 1) < 0.05)
    // Gamma's mean and variance are its shape.
    for shape in [0.4, 1, 3.5] {
      let gamma = moments { $0.gamma(shape) }
      #expect(abs(gamma.mean - shape) < 0.06 && abs(gamma.variance - shape) < 0.25, "\(shape): \(gamma)")
    }
    // Beta(a, a) has mean 1/2 and variance 1 / (4 (2a + 1)).
    let beta = moments { $0.beta(0.4) }
    #expect(abs(beta.mean - 0.5) < 0.02 && abs(beta.variance - 1 / 7.2) < 0.01)
  }

  @Test func integersAndOrdersCoverAllAndNothingElse() {
    var random = RandomDraws(seed: 9)
    #expect(Set((0..<500).map { _ in random.integer(below: 7) }) == Set(0..<7))
    #expect(random.integer(below: 0) == 0 && random.integer(below: -5) == 0)
    #expect(Set((0..<300).map { _ in random.permutation(3) }).count == 6)
    #expect(random.permutation(0).isEmpty && random.permutation(-1).isEmpty)
    let shares = random.dirichlet(1e-300, 3)
    #expect(abs(shares.reduce(0, +) - 1) < 1e-9)
  }
}
