import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct LBFGSTests {
  private func run(_ settings: LBFGS.Settings, steps: Int) throws -> (
    losses: [Double], values: [Tensor], evaluations: Int
  ) {
    var values = [try Formula.tensor([4, 6], seed: 21), try Formula.tensor([9], seed: 22)]
    let targets = [try Formula.tensor([4, 6], seed: 23), try Formula.tensor([9], seed: 24)]
    let weights = [
      try Formula.tensor([4, 6], seed: 25, scale: 0.4, offset: 1),
      try Formula.tensor([9], seed: 26, scale: 0.4, offset: 1),
    ]
    var optimizer = LBFGS(settings), losses: [Double] = []
    for _ in 0..<steps {
      losses.append(
        try optimizer.step(&values) { values in
          let found = try Tensor.valueAndGradients(at: values) { x throws(ShapeError) in
            var total = try Tensor(0)
            for index in x.indices {
              let square = try (x[index] - targets[index]).square()
              total = try total + (square.square() / 4 + 2 * weights[index] * square).sum()
            }
            return total
          }
          return (Double(try found.value.floats()[0]), found.gradients)
        })
    }
    return (losses, values, optimizer.evaluations)
  }

  @Test func stepsEqualPyTorchs() throws {
    let golden = try Golden("optimizers")
    let runs: [(String, LBFGS.Settings, Int)] = [
      ("lbfgs_fixed", .init(learningRate: 0.3, iterations: 1, history: 4), 10),
      ("lbfgs_twenty", .init(learningRate: 0.1, iterations: 10), 1),
      ("lbfgs_wolfe", .init(iterations: 3, history: 5, lineSearch: .strongWolfe), 2),
      ("lbfgs_far", .init(learningRate: 30, iterations: 2, lineSearch: .strongWolfe), 1),
    ]
    for (name, settings, steps) in runs {
      let found = try run(settings, steps: steps)
      for (loss, expected) in zip(found.losses, try golden[name + "/losses"].floats()) {
        #expect(abs(loss - Double(expected)) <= 1e-5 * Double(expected) + 1e-6, "\(name): \(loss), \(expected)")
      }
      for (index, value) in found.values.enumerated() {
        let off = try OptimizerTests.difference(value, golden["\(name)/\(index)"])
        #expect(off <= 1e-5, "\(name) \(index): \(off)")
      }
    }
  }

  @Test func findsTheMinimum() throws {
    let found = try run(.init(iterations: 40, lineSearch: .strongWolfe), steps: 1)
    let targets = [try Formula.tensor([4, 6], seed: 23), try Formula.tensor([9], seed: 24)]
    for (value, target) in zip(found.values, targets) {
      #expect(try zip(value.floats(), target.floats()).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    #expect(found.evaluations <= 50)
  }

  @Test func gradientsOfOtherShapesThrow() throws {
    var optimizer = LBFGS(), values = [try Tensor.zeros([3])]
    #expect(throws: ShapeError.self) {
      try optimizer.step(&values) { _ in (1, [try Tensor.zeros([4])]) }
    }
  }
}
