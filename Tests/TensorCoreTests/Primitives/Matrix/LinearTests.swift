import TensorCore
import TestSupport
import Testing

@Suite struct LinearTests {
  private struct Case: Decodable {
    let input: [Int], outputs: Int, bias: Bool
  }

  @Test func weightsLieAlongTheInputs() throws {
    let x = try Tensor([1, 2] as [Float], shape: [1, 2])
    let weight = try Tensor([1, 0, 0, 1, 3, 4] as [Float], shape: [3, 2])
    #expect(try x.linear(weight, bias: Tensor([10, 20, 30] as [Float], shape: [3])).floats() == [11, 22, 41])
  }

  @Test func agreesWithPyTorch() throws {
    let golden = try Golden("linear")
    for (index, c) in try golden.cases(Case.self).enumerated() {
      let seed = UInt32(3 * index)
      let input = try Formula.tensor(c.input, seed: seed)
      let weight = try Formula.tensor([c.outputs, c.input[c.input.count - 1]], seed: seed + 1)
      let bias = c.bias ? try Formula.tensor([c.outputs], seed: seed + 2) : nil
      try expectClose(input.linear(weight, bias: bias), golden["\(index)"], .accumulated, "case \(index) \(c)")
    }
  }

  @Test func featuresThatDoNotFitAreNamed() throws {
    let error = try #require(throws: ShapeError.self) { try Tensor.zeros([2, 3]).linear(.zeros([5, 4])) }
    #expect(error.description == "linear: input has 3 features, weight expects 4 (shapes [2, 3], [5, 4])")
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 4]).linear(.zeros([5, 4]), bias: .zeros([4])) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 4]).linear(.zeros([5])) }
  }
}
