import Datasets
import Foundation
import Testing

/// One small set of each format, made by hand.
@Suite struct ReaderTests {
  private let fixture = Fixture()

  private func open(_ name: String = "set", _ options: DatasetOptions = DatasetOptions()) throws -> any Dataset {
    try DatasetReader.open(fixture.path(name), options: options)
  }

  @Test func imageFolderWithParts() throws {
    for (index, name) in ["train/cat/1.png", "train/dog/2.png", "test/dog/3.png"].enumerated() {
      try fixture.picture("set/\(name)", shade: index)
    }
    let set = try open()
    #expect(set.format == .imageFolder)
    #expect(set.classes == ["cat", "dog"])
    #expect((0..<3).map { set.split(at: $0) } == ["test", "train", "train"])
    #expect((0..<3).map { set.labels(at: $0) } == [[1], [0], [1]])
    #expect(try set.sample(at: 0).label == 1)
    #expect(try open("set", DatasetOptions(split: "train")).count == 2)
    #expect(message { _ = try open("set", DatasetOptions(split: "val")) }.contains("it has test, train"))
  }

  @Test func flatImageFolder() throws {
    try fixture.picture("set/cat/1.png")
    try fixture.picture("set/dog/1.png")
    let set = try open()
    #expect(set.classes == ["cat", "dog"] && set.splits.isEmpty)
  }

  @Test func pascalVOCCountsFromOne() throws {
    try fixture.picture("set/JPEGImages/a.png")
    try fixture.voc("a", boxes: [("dog", 1, 1, 8, 6), ("cat", 3, 2, 3, 2)])
    try fixture.write("set/ImageSets/Main/val.txt", "a\n")
    let set = try open()
    #expect(set.format == .voc && set.classes == ["cat", "dog"])
    let record = try set.record(at: 0)
    #expect(record.split == "val" && record.width == 8 && record.height == 6)
    let boxes = try #require(record.objects).map { [$0.x, $0.y, $0.width, $0.height, Double($0.label)] }
    #expect(boxes == [[0, 0, 8, 6, 1], [2, 1, 1, 1, 0]])
  }

  @Test func pascalVOCMasksOfObjects() throws {
    try fixture.picture("set/JPEGImages/a.png", width: 3, height: 1)
    try fixture.voc("a", size: (3, 1), boxes: [("dog", 1, 1, 1, 1), ("dog", 2, 1, 3, 1)])
    try fixture.mask("set/SegmentationClass/a.png", width: 3, height: 1, [12, 12, 255])
    try fixture.mask("set/SegmentationObject/a.png", width: 3, height: 1, [1, 2, 255])
    let sample = try open().sample(at: 0)
    #expect(sample.classMap?.classes == [12, 12, 255])
    #expect(sample.objects?.map { $0.mask?.pixels } == [[1, 0, 0], [0, 1, 0]])
  }

  @Test func cocoKinds() throws {
    try fixture.picture("set/val/a.png", width: 4, height: 2)
    try fixture.write(
      "set/annotations/instances_val.json",
      """
      {"annotations": [
        {"id": 9, "image_id": 5, "category_id": 18, "bbox": [1, 0, 2, 2], "iscrowd": 1,
         "segmentation": {"size": [2, 4], "counts": [2, 4, 2]}},
        {"id": 8, "image_id": 5, "category_id": 1, "bbox": [0.5, 0, 1.25, 1e0], "keypoints": [1, 1, 2, 0, 0, 0],
         "segmentation": [[0, 0, 4, 0, 4, 2, 0, 2]]}],
       "categories": [{"id": 1, "name": "person", "keypoints": ["nose", "eye"]}, {"id": 18, "name": "d\\u00f6g"}],
       "images": [{"id": 5, "file_name": "a.png", "width": 4, "height": 2}]}
      """)
    let set = try open()
    #expect(set.format == .coco && set.classes == ["person", "dög"] && set.split(at: 0) == "val")
    let objects = try #require(try set.sample(at: 0).objects)
    #expect(objects.map(\.label) == [1, 0] && objects.map(\.isCrowd) == [true, false])
    #expect(objects[0].mask?.pixels == [0, 1, 1, 0, 0, 1, 1, 0])
    #expect(objects[1].mask?.area == 8)
    #expect(objects[1].keypoints?.map(\.visibility) == [2, 0])
    #expect(objects[1].box.x2 == 1.75)
  }

  @Test func yoloBoxesAndPolygons() throws {
    try fixture.picture("set/images/train/a.png", width: 10, height: 20)
    try fixture.picture("set/images/train/b.png", width: 10, height: 20, shade: 1)
    try fixture.write("set/labels/train/a.txt", "1 0.5 0.5 0.2 0.1\n0 0.1 0.1 0.9 0.1 0.9 0.2 0.1 0.2\n")
    try fixture.write("set/labels/train/b.txt", "")
    try fixture.write("set/data.yaml", "names: ['a b', \"c\"] # two\nnc: 2\n")
    let set = try open()
    #expect(set.format == .yolo && set.classes == ["a b", "c"])
    let objects = try #require(try set.record(at: 0).objects)
    #expect([objects[0].x, objects[0].y, objects[0].width, objects[0].height] == [4, 9, 2, 2])
    #expect([objects[1].x, objects[1].y, objects[1].width, objects[1].height] == [1, 2, 8, 2])
    #expect(try set.record(at: 1).objects == [])
  }

  @Test func masksInIndicesAndColours() throws {
    try fixture.picture("set/train/a.png", width: 2, height: 1)
    try fixture.mask("set/trainannot/a.png", width: 2, height: 1, [0, 3])
    let set = try open()
    #expect(set.format == .masks && set.split(at: 0) == "train")
    #expect(try set.sample(at: 0).classMap?.classes == [0, 3])

    try fixture.picture("colour/images/a.png", width: 8, height: 6, shade: 9)
    try fixture.write("colour/masks/a_mask.png", Fixture.png(shade: 0x0102))
    try fixture.write("colour/class_dict.csv", "name,r,g,b\nroad,9,9,9\nsky,2,1,7\n")
    let colour = try open("colour")
    #expect(colour.classes == ["road", "sky"])
    #expect(try colour.sample(at: 0).classMap?.classes == [UInt8](repeating: 1, count: 48))
  }

  @Test func idxAndCIFAR() throws {
    try fixture.write("idx/t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 11, 20, 21])
    try fixture.write("idx/t10k-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 7, 3])
    let idx = try open("idx")
    #expect(idx.format == .idx && idx.count == 2 && idx.split(at: 0) == "test")
    let digit = try idx.sample(at: 1)
    #expect(digit.image.pixels == [20, 21] && digit.label == 3 && digit.image.width == 2)

    let planes =
      [UInt8](repeating: 1, count: 1024) + [UInt8](repeating: 2, count: 1024) + [UInt8](repeating: 3, count: 1024)
    try fixture.write("cifar/data_batch_1.bin", [6] + planes)
    let cifar = try open("cifar")
    #expect(cifar.format == .cifar && cifar.labels(at: 0) == [6] && cifar.classes[6] == "frog")
    #expect(Array(try cifar.sample(at: 0).image.pixels.prefix(4)) == [1, 2, 3, 1])
    try fixture.write("idx/t10k-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 10, 11, 20])
    #expect(message { _ = try open("idx") }.contains("should hold 4 bytes and holds 3"))
  }

  @Test func csvLists() throws {
    try fixture.picture("set/p/a, b.png")
    try fixture.picture("set/p/c.png", shade: 1)
    try fixture.write(
      "set/list.csv", "path,label,split\r\n\"p/a, b.png\",\"a \"\"cat\"\"\",train\r\np/c.png,dog,val\r\n")
    let set = try open()
    #expect(set.format == .csv && set.classes == ["a \"cat\"", "dog"])
    #expect(set.splits == ["train", "val"] && set.labels(at: 0) == [0])

    try fixture.picture("boxes/c.png")
    try fixture.write("boxes/list.csv", "c.png,1,2,5,6,dog\nc.png,0,0,1,1,cat\n")
    let record = try open("boxes").record(at: 0)
    #expect(record.objects?.map(\.width) == [4, 1])
  }
}
