import Foundation
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// What the catalog's entries do not cover: backbones, other widths, other image sizes, odd windows, features.
@Suite struct ModernClassifierTests {
  private struct Network: Decodable {
    let shape: [Int], keys: [String: [Int]]
  }

  /// Builds a network, compares its keys with torchvision's, fills it, and compares what it gives with the goldens.
  private func check<L>(
    _ name: String, outputs: [Int] = [0], build: (ParameterScope) -> L, run: (L, Tensor) throws -> [Tensor]
  ) throws {
    let golden = try Golden("classifiers")
    let listed = try JSONDecoder().decode([String: Network].self, from: Data((golden.metadata["networks"] ?? "").utf8))
    let network = try #require(listed[name]), seed = try #require(golden.metadata["seed"].flatMap(UInt32.init))
    let store = ParameterStore()
    let layer = build(store.root)
    if !network.keys.isEmpty {
      let ours = Dictionary(uniqueKeysWithValues: store.parameters.map { ($0.path, $0.spec.shape) })
      #expect(ours == network.keys, "keys of \(name)")
    }
    try FormulaWeights.fill(store)
    let results = try run(layer, Formula.tensor(network.shape, seed: seed))
    #expect(results.count == outputs.count)
    for (index, result) in zip(outputs, results) {
      try expectClose(result, golden["\(name).\(index)"], .network, "\(name) \(index)")
    }
  }

  @Test func dilatedMobileNetKeepsItsResolution() throws {
    let configuration = MobileNetV3.Configuration.small(dilated: true), indices = [0, 4, 9, 12]
    try check("mobilenet_v3_small_dilated", outputs: indices) {
      MobileNetV3($0, configuration, hasHead: false)
    } run: { network, x in
      let features = try network.features(x, at: indices)
      #expect(features.map { $0.shape[1] } == indices.map(configuration.channels))
      return features
    }
  }

  @Test func mobileNetIsCutAsSSDLiteCutsIt() throws {
    try check("ssdlite", outputs: [0, 1]) {
      MobileNetV3(cut: $0["features"], .large(reducedTail: true))
    } run: {
      try $0.cutFeatures($1)
    }
  }

  @Test func featuresThatAreNotThereAreRefused() throws {
    let network = MobileNetV3(ParameterStore().root, .small(), hasHead: false)
    for indices in [[13], [-1], [4, 2], [3, 3]] {
      #expect(throws: ShapeError.self) { try network.features(Tensor.zeros([1, 3, 32, 32]), at: indices) }
    }
  }

  @Test func mobileNetV2TakesAWidth() throws {
    try check("mobilenet_v2_width") {
      MobileNetV2($0, classes: 10, width: 0.35)
    } run: {
      [try $0($1)]
    }
  }

  private static let vit = VisionTransformer.Configuration(
    patch: 16, layers: 2, heads: 3, width: 48, hidden: 96, imageSize: 48, classes: 10)

  @Test func visionTransformerTakesItsImageSize() throws {
    try check("vit_small") {
      VisionTransformer($0, Self.vit)
    } run: {
      [try $0($1)]
    }
  }

  @Test func visionTransformerRefusesOtherSizes() throws {
    let network = VisionTransformer(ParameterStore().root, Self.vit)
    for shape in [[1, 3, 64, 64], [1, 3, 48, 32], [1, 1, 48, 48], [3, 48, 48]] {
      let message = errorMessage { try network(Tensor.zeros(shape)) }
      #expect(message == "vit: the input is \(shape); these positions were trained for [N, 3, 48, 48]")
    }
    var odd = Self.vit
    odd.imageSize = 50
    let message = errorMessage { try VisionTransformer(ParameterStore().root, odd)(Tensor.zeros([1, 3, 50, 50])) }
    #expect(message == "vit: the image size 50 is no multiple of the patch size 16")
  }

  @Test func positionsTellTheImageSize() {
    let positions = PositionEmbedding(key: "p", patch: 14)
    #expect(positions.imageSize([1, 37 * 37 + 1, 8]) == 518)
    #expect(positions.imageSize([1, 2, 8]) == 14)
    for shape in [[1, 38, 8], [1, 1, 8], [1, 0, 8], [37 * 37 + 1, 8], [1, Int.max, 8]] {
      #expect(positions.imageSize(shape) == nil, "\(shape)")
    }
  }

  private static let swin = SwinTransformer.Configuration(channels: 12, blocks: [2, 2], heads: [2, 4], classes: 10)

  @Test(arguments: ["wide", "odd", "least"], [false, true]) func windowsCoverOddSizes(size: String, isSecond: Bool)
    throws
  {
    try check("swin\(isSecond ? "_v2" : "")_\(size)") {
      SwinTransformer($0, isSecond ? Self.swin.second : Self.swin)
    } run: {
      [try $0($1)]
    }
  }

  @Test func windowsKnowTheirPositions() throws {
    let golden = try Golden("classifiers")
    for (name, configuration) in [("swin", Self.swin), ("swin_v2", Self.swin.second)] {
      let store = ParameterStore()
      _ = SwinTransformer(store.root, configuration)
      let index = try #require(store["features.1.0.attn.relative_position_index"]).value()
      #expect(try index.integers() == golden["\(name).index"].integers())
    }
    let store = ParameterStore()
    _ = SwinTransformer(store.root, Self.swin.second)
    let coordinates = try #require(store["features.1.0.attn.relative_coords_table"]).value()
    try expectClose(coordinates, golden["swin_v2.coordinates"], .elementwise, "coordinates")
  }

  @Test func inputsTooSmallAreRefused() throws {
    let tooSmall: [(any Layer, Int)] = [
      (ConvNeXt(ParameterStore().root, .tiny), 31), (SwinTransformer(ParameterStore().root, Self.swin), 3),
      (MobileNetV2(ParameterStore().root), 0), (EfficientNet(ParameterStore().root, .b0), 0),
      (ShuffleNetV2(ParameterStore().root, .half), 0),
    ]
    for (network, side) in tooSmall {
      #expect(
        errorMessage { try network(Tensor.zeros([1, 3, 64, side])) }.hasSuffix("with H and W at least \(side + 1)"))
      #expect(errorMessage { try network(Tensor.zeros([1, 4, 64, 64])) }.contains("expected [N, 3, H, W]"))
    }
  }

  @Test func featuresAreWhatTheLastLayerReads() throws {
    let builders: [(String, Int, (ParameterScope) -> any FeatureNetwork)] = [
      ("classifier.3", 33, { MobileNetV3($0, .small()) }), ("classifier.1", 33, { MobileNetV2($0, width: 0.35) }),
      ("fc", 33, { ShuffleNetV2($0, .half) }), ("classifier.1", 33, { EfficientNet($0, .b0) }),
      ("classifier.2", 33, { ConvNeXt($0, .init(channels: 8, blocks: [1, 1, 1, 1])) }),
      ("heads.head", 48, { VisionTransformer($0, Self.vit) }), ("head", 33, { SwinTransformer($0, Self.swin) }),
    ]
    for (head, side, build) in builders {
      let store = ParameterStore(), network = build(store.root)
      try FormulaWeights.fill(store)
      let x = try Formula.tensor([2, 3, side, side], seed: 5)
      let weight = try #require(store[head + ".weight"]).value(), bias = try #require(store[head + ".bias"]).value()
      let features = try network.features(of: x), output = try network.outputs(for: x)[0].tensor
      #expect(features.shape == [2, weight.shape[1]])
      try expectClose(features.linear(weight, bias: bias), output, .network, head)
    }
  }
}
