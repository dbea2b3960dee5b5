import NeuralNetwork
import TensorCore
import Testing

@Suite struct LayerErrorTests {
  @Test func anErrorNamesTheLayerTheOperationAndBothShapes() throws {
    let layer = Sequential([Conv2d(ParameterStore().root["layer2"][0]["conv1"], in: 4, out: 8, kernel: 3)])
    let error = #expect(throws: ShapeError.self) { try layer(Tensor.zeros([1, 3, 8, 8])) }
    #expect(error?.layerPath == "layer2.0.conv1")
    let text = error?.description ?? ""
    #expect(
      text.hasPrefix("layer2.0.conv1: convolution: ") && text.contains("[1, 3, 8, 8]") && text.contains("[8, 4, 3, 3]"))
  }

  @Test func linearAndNormApply() throws {
    let store = ParameterStore()
    let linear = Linear(store.root["fc"], in: 2, out: 1)
    try store["fc.weight"]?.assign(Tensor([2, 3] as [Float], shape: [1, 2]))
    try store["fc.bias"]?.assign(Tensor([1] as [Float], shape: [1]))
    #expect(try linear(Tensor([1, 1, 0, 2] as [Float], shape: [2, 2])).floats() == [6, 7])
    let norm = BatchNorm2d(store.root["bn"], channels: 1, epsilon: 0)
    try store["bn.running_mean"]?.assign(Tensor([1] as [Float], shape: [1]))
    try store["bn.running_var"]?.assign(Tensor([4] as [Float], shape: [1]))
    #expect(try norm(Tensor([1, 5] as [Float], shape: [1, 1, 1, 2])).floats() == [0, 2])
  }
}
