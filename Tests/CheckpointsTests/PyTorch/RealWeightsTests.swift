import Checkpoints
import Foundation
import Testing

/// Public weight files: every tensor equal to `torch.load`'s.
@Suite struct RealWeightsTests {
  static let folder = ProcessInfo.processInfo.environment["VISION_TEST_DATA"].map { $0 + "/weights/" }
  static let real = ((try? TorchGoldens.list("real.json", [String: TorchGoldens.Expected].self)) ?? [:])

  @Test func theListIsThere() { #expect(Self.real.count == 9) }

  @Test(.enabled(if: folder != nil, "VISION_TEST_DATA names no folder of test data"), arguments: real.keys.sorted())
  func everyTensorEqualsPyTorchs(_ name: String) throws {
    let folder = try #require(Self.folder)
    try TorchGoldens.check(try StateDictionary.read(path: folder + name), try #require(Self.real[name]), name)
  }

  /// The `.safetensors` leaves the batch counters out, and has the same tensors otherwise.
  @Test(.enabled(if: folder != nil, "VISION_TEST_DATA names no folder of test data"))
  func theSameWeightsInBothFormats() throws {
    let folder = try #require(Self.folder)
    let state = try StateDictionary.read(path: folder + "yolox_nano.safetensors")
    let expected = try #require(Self.real["yolox_nano.pth"])
    try TorchGoldens.check(
      state, expected.filter { !$0.key.hasSuffix("num_batches_tracked") }, "yolox_nano.safetensors")
    try state.validate(against: expected.map { ($0.key, $0.value.shape) })
  }

  @Test(
    .enabled(if: folder != nil, "VISION_TEST_DATA names no folder of test data"),
    arguments: ["yolox_nano_416.onnx", "lenet/lenet.onnx", "style/mosaic_nc16_256x256.onnx", "portrait/SINet.onnx"])
  func graphsAreRefusedAsSuch(_ name: String) throws {
    let folder = try #require(Self.folder)
    let error = #expect(throws: CheckpointError.self) { try StateDictionary.read(path: folder + name) }
    #expect(error?.code == "checkpoint.unrecognized" && error?.description.contains("ONNX") == true)
  }
}
