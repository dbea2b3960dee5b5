import Datasets
import Foundation
import Imaging
import Segmentation
import Testing
import Training

@Suite struct PixelDatasetTests {
  /// A folder of pictures and masks that goes away with the test.
  private final class Place {
    let path = NSTemporaryDirectory() + "pixels-\(UUID().uuidString)"
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
      let file = URL(fileURLWithPath: path + "/" + name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }

    func add(_ stem: String, _ classes: [UInt8], width: Int = 4, height: Int = 2) throws {
      let image = try Image(
        width: 4, height: 2, format: .rgb, pixels: [UInt8](repeating: 90, count: 24))
      try write("images/\(stem).png", try image.pngData())
      let map = try ClassMap(width: width, height: height, classes: classes)
      try write("masks/\(stem).png", try map.indexedImage.pngData())
    }
  }

  @Test func classesWithoutNamesAreCounted() throws {
    let place = Place()
    try place.add("a", [0, 0, 1, 1, 0, 0, 1, 1])
    try place.add("b", [0, 3, 3, 255, 0, 3, 3, 9])
    let set = try DatasetReader.open(place.path)
    #expect(set.format == .masks)
    let data = try PixelData(training: set, validation: nil, ignored: 9)
    #expect(data.training.classes == ["class 0", "class 1", "class 2", "class 3"])
    #expect(data.counts == [6, 4, 0, 4])
    #expect(data.notes.contains { $0.contains("no pixel of class 2") })
    // 14 pixels of three classes that occur.
    let weights: [Float] = [14.0 / 18, 14.0 / 12, 1, 14.0 / 12]
    #expect(data.balancedWeights == weights)
    let sample = try data.training.sample(at: 1)
    #expect(sample.classMap?.classes == [0, 3, 3, 255, 0, 3, 3, 255])
    #expect(sample.objects == nil)
  }

  @Test func namesFromTheRecipeCheckTheLabels() throws {
    let place = Place()
    try place.add("a", [0, 0, 1, 1, 0, 0, 1, 1])
    try place.add("b", [0, 7, 7, 1, 0, 0, 1, 1])
    let set = try DatasetReader.open(place.path)
    let data = try PixelData(training: set, validation: nil, names: ["ground", "thing"])
    #expect(data.counts == [4, 4])
    let error = #expect(throws: DatasetError.self) { try data.training.sample(at: 1) }
    #expect(error?.file.hasSuffix("masks/b.png") == true && error?.fault.contains("label 7") == true)
    #expect(error?.exitCode == .damagedInput)
  }

  @Test func aMaskOfAnotherSizeIsNamed() throws {
    let place = Place()
    try place.add("a", [0, 0, 1, 1, 0, 0, 1, 1])
    try place.add("b", [0, 1], width: 2, height: 1)
    let data = try PixelData(training: try DatasetReader.open(place.path), validation: nil)
    let error = #expect(throws: DatasetError.self) { try data.training.sample(at: 1) }
    #expect(error?.description.contains("b.png") == true && error?.fault.contains("2x1") == true)
  }

  @Test func whatCannotBeLearnedIsToldBeforeTheFirstStep() throws {
    let place = Place()
    try place.add("a", [0, 0, 0, 0, 0, 0, 0, 0])
    let one = #expect(throws: TrainingError.self) {
      try PixelData(training: try DatasetReader.open(place.path), validation: nil)
    }
    #expect(one?.description.contains("at least 2") == true)
    let all = #expect(throws: TrainingError.self) {
      try PixelData(training: try DatasetReader.open(place.path), validation: nil, names: ["x"], ignored: 0)
    }
    #expect(all != nil)
    let bad = Place()
    try bad.add("a", [8, 8, 8, 8, 8, 8, 8, 8])
    try bad.add("b", [9, 9, 9, 9, 9, 9, 9, 9])
    let error = #expect(throws: TrainingError.self) {
      try PixelData(training: try DatasetReader.open(bad.path), validation: nil, names: ["x", "y"])
    }
    #expect(error?.description.contains("none of 2") == true && error?.description.contains("label 8") == true)
    let plain = Place()
    try plain.write(
      "cats/a.png", try Image(width: 1, height: 1, format: .rgb, pixels: [1, 2, 3]).pngData())
    #expect(throws: DatasetError.self) {
      try PixelData(training: try DatasetReader.open(plain.path), validation: nil)
    }
  }

  @Test func outlinesOfObjectsBecomeMasks() throws {
    let place = Place()
    let image = try Image(width: 4, height: 2, format: .rgb, pixels: [UInt8](repeating: 90, count: 24))
    try place.write("images/a.png", try image.pngData())
    try place.write("images/b.png", try image.pngData())
    let json = """
      {"images": [{"id": 1, "file_name": "a.png", "width": 4, "height": 2}, {"id": 2, "file_name": "b.png", "width": 4, "height": 2}],
       "categories": [{"id": 3, "name": "cat"}, {"id": 5, "name": "dog"}],
       "annotations": [
        {"id": 1, "image_id": 1, "category_id": 5, "bbox": [0, 0, 2, 2], "area": 4, "iscrowd": 0,
         "segmentation": {"size": [2, 4], "counts": [0, 4, 4]}},
        {"id": 2, "image_id": 1, "category_id": 3, "bbox": [1, 0, 2, 2], "area": 4, "iscrowd": 0,
         "segmentation": {"size": [2, 4], "counts": [2, 4, 2]}}]}
      """
    try place.write("annotations.json", Array(json.utf8))
    let data = try PixelData(training: try DatasetReader.open(place.path), validation: nil)
    #expect(data.training.classes == ["background", "cat", "dog"])
    #expect(try data.training.sample(at: 0).classMap?.classes == [2, 255, 1, 0, 2, 255, 1, 0])
    #expect(try data.training.sample(at: 1).classMap?.classes == [UInt8](repeating: 0, count: 8))
  }
}
