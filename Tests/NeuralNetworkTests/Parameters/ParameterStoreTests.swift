import NeuralNetwork
import TensorCore
import Testing

@Suite struct ParameterStoreTests {
  @Test func pathsAreThoseOfACheckpoint() {
    let store = ParameterStore()
    _ = Conv2d(store.root["layer1"][0]["conv1"], in: 4, out: 6, kernel: 3, groups: 2)
    _ = BatchNorm2d(store.root["layer1"][0]["bn1"], channels: 6)
    #expect(
      store.parameters.map(\.path) == [
        "layer1.0.conv1.weight", "layer1.0.conv1.bias", "layer1.0.bn1.weight", "layer1.0.bn1.bias",
        "layer1.0.bn1.running_mean", "layer1.0.bn1.running_var", "layer1.0.bn1.num_batches_tracked",
      ])
    #expect(store["layer1.0.conv1.weight"]?.spec == TensorSpec([6, 2, 3, 3]))
    #expect(store["layer1.0.bn1.num_batches_tracked"]?.spec == TensorSpec([], .int64))
    #expect(store.trainableCount == 6 * 2 * 9 + 6 + 6 + 6)
  }

  @Test func fillingDependsOnSeedAndPathAlone() throws {
    func weights(seed: UInt64, first: String, second: String) throws -> [Float] {
      let store = ParameterStore(seed: seed)
      _ = Conv2d(store.root[first], in: 3, out: 8, kernel: 3)
      _ = Conv2d(store.root[second], in: 3, out: 8, kernel: 3)
      return try #require(store["a.weight"]).value().floats()
    }
    let values = try weights(seed: 1, first: "a", second: "b")
    #expect(try values == weights(seed: 1, first: "b", second: "a"))
    #expect(try values != weights(seed: 2, first: "a", second: "b"))
    // PyTorch's default: uniform within 1/sqrt(fan-in).
    let bound = 1 / Float(27).squareRoot()
    #expect(values.allSatisfy { abs($0) <= bound })
    #expect(values.contains { $0 > 0.8 * bound } && values.contains { $0 < -0.8 * bound })
  }

  @Test func assigningChecksTheShapeAndCounts() throws {
    let store = ParameterStore()
    let parameter = store.root.parameter("w", [2], .constant(3))
    #expect(try parameter.value().floats() == [3, 3])
    #expect(parameter.version == 0)
    try parameter.assign(Tensor([1, 2] as [Float], shape: [2]))
    #expect(try parameter.value().floats() == [1, 2])
    #expect(parameter.version == 1)
    #expect(throws: ShapeError.self) { try parameter.assign(Tensor([1] as [Float], shape: [1])) }
  }
}
