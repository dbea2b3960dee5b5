import Imaging
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct GradCAMTests {
  private static func network(_ name: String, _ scope: ParameterScope) throws -> any Network {
    if name == "vgg11" { return VGG(scope, .vgg11) }
    return try #require(TrainingNetworks.network(name == "vit" ? "vit_tiny" : name, scope))
  }

  private static func best(_ outputs: [NamedTensor]) throws(ShapeError) -> Tensor {
    let scores = try outputs[0].tensor.detached().floats()
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    return try outputs[0].tensor.narrow(axis: 1, start: best, length: 1).sum()
  }

  @Test(arguments: [
    ("resnet18", 96, 128), ("vgg11", 64, 96), ("mobilenet_v2", 96, 64), ("swin_t", 96, 128), ("vit", 32, 32),
  ])
  func mapsEqualPyTorchs(name: String, height: Int, width: Int) throws {
    let wanted = try Golden("gradcam")[name]
    let store = ParameterStore()
    let network = try Self.network(name, store.root)
    try FormulaWeights.fill(store, gain: 1.4)
    let input = try Formula.tensor([1, 3, height, width], seed: 7)
    let (outputs, maps) = try GradCAM.maps(network, input: input) { outputs throws(ShapeError) in
      try Self.best(outputs)
    }
    let map = try #require(maps.first)
    #expect(maps.count == 1 && outputs.count == 1 && map.channels > 4)
    #expect(try wanted.floats().contains { $0 > 0 })
    try expectClose(Tensor(map.values, shape: [map.height, map.width]), wanted, .network, name)
  }

  @Test func networksWithoutMapsAreRefused() throws {
    let store = ParameterStore()
    let network = TransformerNet(store.root, width: 2)
    #expect(throws: ShapeError.self) {
      try GradCAM.maps(network, input: Formula.tensor([1, 3, 16, 16], seed: 1)) { outputs throws(ShapeError) in
        try outputs[0].tensor.sum()
      }
    }
  }

  @Test func evidenceIsBroughtBackToThePicture() throws {
    // A letterboxed picture of 40x20 in an input of 40x40, half the evidence in the padding.
    let placement = Placement(original: ImageSize(width: 40, height: 20), scaleX: 1, scaleY: 1)
    let map = GradCAM.Map(height: 4, width: 4, channels: 1, values: [0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 9, 9, 9, 9])
    let evidence = Evidence([map], placement, inputWidth: 40, inputHeight: 40)
    #expect(evidence.values.count == 800 && evidence.values.max() == 1)
    let peak = try #require(evidence.peak), bounds = try #require(evidence.bounds(above: 0.9))
    #expect((20..<30).contains(peak.x) && (10..<20).contains(peak.y))
    #expect(bounds.x1 >= 20 && bounds.x2 <= 30 && bounds.y1 >= 10 && bounds.y2 <= 20)
    let nothing = Evidence(
      [GradCAM.Map(height: 1, width: 1, channels: 1, values: [0])], placement, inputWidth: 40, inputHeight: 40)
    #expect(nothing.peak == nil && nothing.bounds() == nil && nothing.values.allSatisfy { $0 == 0 })
    // What a crop left out holds nothing.
    let cropped = Placement(original: ImageSize(width: 40, height: 20), scaleX: 1, scaleY: 1, offsetX: -10)
    let flat = GradCAM.Map(height: 1, width: 1, channels: 1, values: [3])
    let middle = Evidence([flat], cropped, inputWidth: 20, inputHeight: 20)
    #expect(middle.values[0] == 0 && middle.values[15] == 1 && middle.values[35] == 0)
  }

  @Test func heatIsDrawnWhereItIs() throws {
    let image = try Image(width: 2, height: 1, format: .gray, pixels: [100, 100])
    let drawn = try image.overlaid(heat: [0, 1])
    #expect(Array(drawn.pixels[0..<3]) == [100, 100, 100] && drawn.pixels[3] > 150 && drawn.pixels[4] < 90)
    #expect(throws: ImageError.self) { try image.overlaid(heat: [1]) }
  }
}
