import Catalog
import Checkpoints
import Foundation
import Imaging
import Models
import NeuralNetwork
import Support
import TensorCore
import TestSupport
import Testing

/// Networks whose packed weights come from an earlier start compute the same bits.
@Suite struct PackedNetworksTests {
  private let folder = NSTemporaryDirectory() + "packed-\(UUID().uuidString)"
  private let locator = WeightsLocator(home: .builtIn, cache: nil, isOffline: true)

  /// A start of the program on weights of a file: the outputs, and whether packed weights were found and all of them.
  private func start(
    _ model: String, _ weights: String, _ input: Tensor, precision: Precision = .fp32, packs: Bool = true,
    change: (LoadedModel) throws -> Void = { _ in }
  ) throws -> (outputs: [[UInt32]], isUsed: Bool, isComplete: Bool) {
    let cache = packs ? PackedCache(folder: folder + "/packed", limit: 1 << 30, settling: 0) : nil
    let loader = ModelLoader(locator: locator, packed: cache) { _ in }
    let loaded = try loader.load(ModelRequest(model: model, weights: weights, precision: precision))
    try change(loaded)
    let outputs = try loaded.compiledOutputs(for: input).map { try $0.tensor.floats().map(\.bitPattern) }
    let session = try cache?.session(MappedFile(path: weights))
    let result = (outputs, session?.isUsed ?? false, session.map { !$0.hasFresh } ?? false)
    #expect(cache?.finish() == nil)
    return result
  }

  /// A weights file with random values.
  private func weights(of model: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let loaded = try ModelLoader(locator: locator) { _ in }.load(ModelRequest(model: model, weights: "random", seed: 3))
    let path = folder + "/\(model).safetensors"
    try loaded.parameters.stateDictionary().writeSafeTensors(path: path)
    return path
  }

  /// Batch norm, Winograd, depthwise, transposed, wide kernels with few outputs, matrix products, padded first layers.
  @Test(
    arguments: [
      ("resnet18", 64), ("mobilenet_v2", 64), ("unet", 64), ("transformer_net", 64), ("yolox_nano", 64),
      ("vit_b_32", 224),
      ("fcn_resnet50", 64), ("lenet", 28),
    ], [Precision.fp32, .bf16])
  func theSameBits(_ model: (id: String, side: Int), _ precision: Precision) throws {
    let path = try weights(of: model.id)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let channels = model.id == "lenet" ? 1 : 3
    let input = try Formula.tensor([1, channels, model.side, model.side], seed: 4)
    let expected = try start(model.id, path, input, precision: precision, packs: false)
    for number in 1...4 {
      let found = try start(model.id, path, input, precision: precision)
      #expect(found.outputs == expected.outputs, "\(model.id), start \(number)")
      #expect(found.isUsed == (number > 2) && found.isComplete == (number > 2), "\(model.id), start \(number)")
    }
  }

  /// The forms that another size or precision needs come to those that are there.
  @Test func otherSizesAndPrecisionsAddTheirForms() throws {
    let path = try weights(of: "resnet18")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let small = try Formula.tensor([1, 3, 8, 8], seed: 4), large = try Formula.tensor([1, 3, 224, 224], seed: 5)
    for _ in 0..<2 { _ = try start("resnet18", path, small) }
    #expect(try start("resnet18", path, small).isComplete)
    #expect(try !start("resnet18", path, large).isComplete)
    #expect(try !start("resnet18", path, large, precision: .bf16).isComplete)
    for (input, precision) in [(small, Precision.fp32), (large, .fp32), (large, .bf16)] {
      #expect(try start("resnet18", path, input, precision: precision).isComplete)
    }
  }

  @Test func changedParametersTakeNothingOfTheFile() throws {
    let path = try weights(of: "resnet18")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let input = try Formula.tensor([1, 3, 64, 64], seed: 4)
    let plain = try start("resnet18", path, input, packs: false).outputs
    for _ in 0..<3 { _ = try start("resnet18", path, input) }
    // One by assignment, one in place, and the factors of a batch norm, which are multiplied into weights that stay.
    let changes: [(LoadedModel) throws -> Void] = [
      { loaded in
        let parameter = try #require(loaded.parameters["layer1.0.conv1.weight"])
        try parameter.assign(Formula.tensor(parameter.spec.shape, seed: 9, scale: 0.1))
      },
      { loaded in
        try #require(loaded.parameters["fc.weight"]).update { tensor throws(ShapeError) in
          try tensor.withUnsafeMutableBytes { $0.bindMemory(to: Float.self)[5] += 1 }
        }
      },
      { loaded in
        let parameter = try #require(loaded.parameters["layer2.0.bn1.weight"])
        try parameter.assign(Formula.tensor(parameter.spec.shape, seed: 8, offset: 2))
      },
    ]
    for (number, change) in changes.enumerated() {
      let expected = try start("resnet18", path, input, packs: false, change: change).outputs
      #expect(expected != plain)
      for _ in 0..<3 { #expect(try start("resnet18", path, input, change: change).outputs == expected, "\(number)") }
      #expect(try start("resnet18", path, input).outputs == plain, "\(number)")
    }
  }

  @Test func randomWeightsLeaveNothing() throws {
    let input = try Formula.tensor([1, 3, 64, 64], seed: 4)
    let cache = PackedCache(folder: folder + "/packed", limit: 1 << 30, settling: 0)
    for _ in 0..<3 {
      let loaded = try ModelLoader(locator: locator, packed: cache) { _ in }
        .load(ModelRequest(model: "resnet18", weights: "random"))
      _ = try loaded.compiledOutputs(for: input)
      #expect(cache.finish() == nil)
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
