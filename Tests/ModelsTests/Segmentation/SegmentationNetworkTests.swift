import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct SegmentationNetworkTests {
  @Test(arguments: [[1, 3, 15, 64], [1, 3, 64, 15], [1, 1, 64, 64], [3, 64, 64]]) func uNetRefuses(shape: [Int]) throws
  {
    let network = UNet(ParameterStore().root)
    let error = #expect(throws: ShapeError.self) { try network(.zeros(shape)) }
    #expect(error?.description.contains("at least 16") == true)
  }

  @Test(arguments: [[1, 1, 172, 188], [1, 1, 188, 200], [1, 3, 188, 188]]) func uNetOfThePaperRefuses(
    shape: [Int]
  ) throws {
    let network = UNetPaper(ParameterStore().root)
    #expect(throws: ShapeError.self) { try network(.zeros(shape)) }
  }

  /// A new FCN enlarges its scores bilinearly: where the score layer gives a constant c and the way up adds no bias, every
  /// pixel whose four taps lie inside gets c.
  @Test func transposedConvolutionsBeginBilinear() throws {
    let store = ParameterStore()
    let network = FCNWithSkips(store.root, classes: 2)
    try store["final_conv.weight"]?.assign(.zeros([2, 512, 1, 1]))
    try store["final_conv.bias"]?.assign(Tensor([3, -2] as [Float], shape: [2]))
    try store["transpose_conv.bias"]?.assign(.zeros([2]))
    let output = try network(Formula.tensor([1, 3, 96, 96], seed: 1))
    let inside = try output.narrow(axis: 2, start: 16, length: 64).narrow(axis: 3, start: 16, length: 64)
    let plane = try Tensor([3, -2] as [Float], shape: [1, 2, 1, 1]).expand(to: [1, 2, 64, 64])
    try expectClose(inside, plane, .accumulated)
  }

  @Test(arguments: [false, true]) func theAuxiliaryHeadIsThereWhereAskedFor(hasHead: Bool) throws {
    let store = ParameterStore()
    let options = NetworkOptions(classes: 3, hasAuxiliaryHeads: hasHead)
    let network = DenseClassifier.fcn(store.root, options) { .mobileNetV3Large($0) }
    #expect(store.parameters.contains { $0.path == "aux_classifier.4.weight" } == hasHead)
    let outputs = try network.outputs(for: Formula.tensor([1, 3, 40, 33], seed: 2))
    #expect(outputs.map(\.name) == (hasHead ? ["out", "aux"] : ["out"]))
    #expect(outputs.allSatisfy { $0.tensor.shape == [1, 3, 40, 33] })
    #expect(try network(Formula.tensor([1, 3, 40, 33], seed: 2)).floats() == outputs[0].tensor.floats())
  }
}
