import Checkpoints
import Imaging
import Models
import NeuralNetwork
import StyleTransfer
import TensorCore
import TestSupport
import Testing

/// Paints the values it was made of.
private struct FixedPainting: StyleNetwork {
  let tensor: Tensor
  func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] { [NamedTensor("output", tensor)] }
  func painted(_ input: Tensor) throws(ShapeError) -> Tensor { tensor }
}

@Suite struct StylizerTests {
  private static func stylizer(_ network: any StyleNetwork) throws -> Stylizer {
    Stylizer(model: "fixed", network: network, contract: try InputContract(size: nil, fit: .none, scale: 1))
  }

  @Test func valuesAreClampedAndCutToLevels() throws {
    let values: [Float] = [-5, 0.9, 254.999, 255.5, .nan, 1e9, 7, 8, 9.99, 10, 11, 12]
    let network = FixedPainting(tensor: try Tensor(values, shape: [1, 3, 2, 2]))
    let image = try Image(width: 2, height: 2, format: .rgb, pixels: Array(repeating: 0, count: 12))
    let stylizer = try Self.stylizer(network)
    let painted = try stylizer.stylize([stylizer.prepare(image)])
    #expect(painted.map(\.pixels) == [[0, 0, 9, 0, 255, 10, 254, 7, 11, 255, 8, 12]])
  }

  @Test func roundedUpSizesAreCutToThePicture() throws {
    let network = FixedPainting(tensor: try Tensor((0..<48).map { Float($0) }, shape: [1, 3, 4, 4]))
    let image = try Image(width: 3, height: 1, format: .rgb, pixels: Array(repeating: 0, count: 9))
    let stylizer = try Self.stylizer(network)
    let painted = try stylizer.stylize([stylizer.prepare(image)])
    #expect(painted.map(\.pixels) == [[0, 16, 32, 1, 17, 33, 2, 18, 34]])
    let larger = try Image(width: 5, height: 1, format: .rgb, pixels: Array(repeating: 0, count: 15))
    #expect(throws: ShapeError.self) { try stylizer.stylize([stylizer.prepare(larger)]) }
  }

  @Test(arguments: [(4, 9), (9, 4)]) func tooSmallPicturesAreRefused(width: Int, height: Int) throws {
    let stylizer = try Self.stylizer(TransformerNet(ParameterStore().root, width: 2))
    let image = try Image(
      width: width, height: height, format: .rgb, pixels: Array(repeating: 9, count: 3 * width * height))
    let error = #expect(throws: ShapeError.self) { try stylizer.stylize([stylizer.prepare(image)]) }
    #expect(error?.description.contains("at least 5") == true)
  }

  @Test(
    .enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder of real weights"),
    arguments: ["candy", "mosaic", "rain-princess", "udnie"])
  func publishedStylesEqualPyTorch(style: String) throws {
    let folder = try #require(TestData.folder)
    let golden = try Golden("styles")
    let store = ParameterStore()
    let network = TransformerNet(store.root, width: 16)
    try store.load(StateDictionary.read(path: "\(folder)/weights/style/\(style)_nc16.model"))
    let stylizer = try Self.stylizer(network)
    let image = try Image(width: 64, height: 64, format: .rgb, pixels: golden["input"].bytes())
    let ours = try stylizer.stylize([stylizer.prepare(image)])[0].pixels
    let expected = try golden[style].bytes()
    #expect(ours.count == expected.count)
    let largest = zip(ours, expected).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(largest <= 1, "\(style): a level differs by \(largest)")
  }
}
