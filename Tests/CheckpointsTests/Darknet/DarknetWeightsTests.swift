import Checkpoints
import Foundation
import Support
import TensorCore
import Testing

@Suite struct DarknetWeightsTests {
  static func little(_ values: [UInt32]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) } }
  }

  /// A file of this version, an image count of `seen` words, and these values.
  static func file(_ major: UInt32, _ minor: UInt32, seen: [UInt32], _ values: [Float]) -> [UInt8] {
    little([major, minor, 5] + seen + values.map(\.bitPattern))
  }

  /// The image count has 8 bytes from version 0.2 (major * 10 + minor >= 2) on.
  @Test(arguments: [(0, 1, 1), (0, 2, 2), (1, 0, 2), (0, 0, 1)]) func readsTheHeaderByItsVersion(
    _ major: Int, _ minor: Int, _ words: Int
  ) throws {
    let bytes = Self.file(UInt32(major), UInt32(minor), seen: words == 2 ? [7, 1] : [7], [1, 2])
    var weights = try DarknetWeights(bytes: bytes, path: "n.weights")
    #expect(weights.major == major && weights.minor == minor && weights.revision == 5)
    #expect(weights.seen == (words == 2 ? 4_294_967_303 : 7))
    #expect(weights.remaining == 2)
    #expect(try weights.next(2, layer: "0").floats() == [1, 2])
    try weights.finish()
  }

  @Test func givesValuesInOrder() throws {
    var weights = try DarknetWeights(bytes: Self.file(0, 2, seen: [0, 0], (0..<8).map(Float.init)), path: "n.weights")
    #expect(try weights.next(1, layer: "0 bias").floats() == [0])
    let kernel = try weights.next([2, 1, 1, 3], layer: "0 weight")
    #expect(try kernel.shape == [2, 1, 1, 3] && kernel.floats() == [1, 2, 3, 4, 5, 6])
    #expect(try weights.next([0, 3], layer: "1").shape == [0, 3])
    #expect(weights.offset == 48 && weights.remaining == 1)
    let left = #expect(throws: CheckpointError.self) { try weights.finish() }
    #expect(
      left?.description
        == "n.weights: values are left after 1: the weights are not of this .cfg (expected 48 bytes, found 52) at byte 48"
    )
    let short = #expect(throws: CheckpointError.self) { try weights.next([2], layer: "layer 2 (convolutional)") }
    #expect(
      short?.description
        == "n.weights: layer 2 (convolutional): the weights end early: they are not of this .cfg, or cut short (expected 2 values, found 1) at byte 48"
    )
    for shape in [[-1], [Int.max, 2], [Int.max], [1 << 61, 4]] {
      #expect(throws: CheckpointError.self) { try weights.next(shape, layer: "x") }
    }
    #expect(try weights.next(1, layer: "2").floats() == [7])
  }

  @Test func refusesOtherFiles() throws {
    for count in 0..<16 {
      #expect(throws: CheckpointError.self) {
        try DarknetWeights(bytes: [UInt8](repeating: 0, count: count), path: "w")
      }
    }
    for extra in 1..<4 {
      #expect(throws: CheckpointError.self) {
        try DarknetWeights(bytes: Self.file(0, 2, seen: [0, 0], [1]) + [UInt8](repeating: 0, count: extra), path: "w")
      }
    }
    #expect(throws: CheckpointError.self) { try DarknetWeights(bytes: Self.file(0, 2, seen: [0], []), path: "w") }
    let text = #expect(throws: CheckpointError.self) {
      try DarknetWeights(bytes: Array("<!DOCTYPE html> not found".utf8), path: "w")
    }
    #expect(text?.description.contains("web page") == true)
    let torch = #expect(throws: CheckpointError.self) {
      try DarknetWeights(bytes: TorchGoldens.bytes("module_zip.pth"), path: "w")
    }
    #expect(torch?.description == "w: not darknet weights (found a PyTorch file)")
    #expect(throws: CheckpointError.self) {
      try DarknetWeights(bytes: Self.file(1001, 2, seen: [0, 0], [1]), path: "w")
    }
    #expect(throws: FileError.self) { try DarknetWeights.read(path: "/no such folder/w") }
  }

  @Test func theReaderOfNamedWeightsSaysWhatToDo() {
    let error = #expect(throws: CheckpointError.self) {
      try StateDictionary.read(bytes: Self.file(0, 2, seen: [9, 0], [1]), path: "n.weights")
    }
    #expect(error?.description.contains(".cfg") == true)
  }

  /// Published files: header and first value as `xxd` shows them, and as many values as the file has room for.
  @Test(
    .enabled(if: RealWeightsTests.folder != nil, "VISION_TEST_DATA names no folder of test data"),
    arguments: [
      ("MobileNetV2-YOLOv3-Nano-voc", 0x192700, 0x3F38_C836, (3_079_020 - 20) / 4),
      ("yolo-fastest-1.1-xl", 0xF42400, 0xBEEE_E926, (3_693_964 - 20) / 4),
    ])
  func readsPublishedFiles(_ name: String, _ seen: Int, _ first: Int, _ count: Int) throws {
    let folder = try #require(RealWeightsTests.folder)
    var weights = try DarknetWeights.read(path: "\(folder)darknet/\(name).weights")
    #expect(weights.major == 0 && weights.minor == 2 && weights.revision == 5 && weights.seen == UInt64(seen))
    #expect(weights.remaining == count)
    let values = try weights.next(count, layer: "all").floats()
    #expect(values.first?.bitPattern == UInt32(first))
    #expect(values.filter { !$0.isFinite }.isEmpty)
    try weights.finish()
  }
}
