import Foundation
import Imaging
import TestSupport
import Testing

/// On the real photograph and tensors of the folder that VISION_TEST_DATA names.
@Suite struct YOLOXInputTests {
  static let data = ProcessInfo.processInfo.environment["VISION_TEST_DATA"]

  @Test(.enabled(if: data != nil, "VISION_TEST_DATA is not set"))
  func theDogIsPreparedAsByTheOfficialCode() throws {
    let folder = URL(fileURLWithPath: try #require(Self.data))
    let tensors = folder.appendingPathComponent("golden/yolox_nano_dog_tensors.safetensors")
    let expected = try Golden(data: Data(contentsOf: tensors))["input"]
    let image = try Image.read(path: folder.appendingPathComponent("photos/dog.jpg").path)
    let prepared = try InputContract.yolox(ImageSize(width: 416, height: 416)).prepare(image)
    #expect([1, prepared.channels, prepared.height, prepared.width] == expected.shape)
    let values = try expected.floats()
    let wrong = zip(prepared.values, values).count { $0 != $1 }
    #expect(wrong == 0)
  }
}
