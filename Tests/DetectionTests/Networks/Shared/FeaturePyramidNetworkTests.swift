import Detection
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct FeaturePyramidNetworkTests {
  private func features() throws -> [Tensor] {
    let shapes = [[2, 8, 13, 17], [2, 12, 7, 9], [2, 16, 4, 5]]
    return try shapes.enumerated().map { try Formula.tensor($1, seed: 20 + UInt32($0)) }
  }

  @Test(arguments: ["plain", "pool", "norm", "p6p7", "p6p7own"])
  func equalsTorchvisions(_ name: String) throws {
    let golden = try Golden("pyramid"), store = ParameterStore()
    let extra: FeaturePyramidNetwork.ExtraLevels =
      switch name {
      case "plain": .none
      case "p6p7": .p6p7(inputs: 16)
      case "p6p7own": .p6p7(inputs: 8)
      default: .maxPool
      }
    let network = FeaturePyramidNetwork(
      store.root, in: [8, 12, 16], out: 8, norm: name == "norm" ? .batch : nil, extra: extra)
    try FormulaWeights.fill(store)
    let levels = try network(features())
    #expect(levels.count == golden.tensors.keys.count { $0.hasPrefix(name) && $0.count == name.count + 1 })
    for (index, level) in levels.enumerated() {
      try expectClose(level, golden["\(name)\(index)"], .accumulated, "\(name)\(index)")
    }
  }

  @Test func levelsMustBeAsManyAsBuiltFor() throws {
    let network = FeaturePyramidNetwork(ParameterStore().root, in: [8, 12, 16], out: 8)
    #expect(throws: ShapeError.self) { try network(Array(features().dropLast())) }
  }
}
