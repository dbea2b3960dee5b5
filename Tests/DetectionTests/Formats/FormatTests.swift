import Detection
import Foundation
import Imaging
import Support
import Testing

@Suite struct FormatTests {
  private let image = ImageDetections(
    image: "photos/img_000123.jpg", stem: "img_000123", width: 200, height: 100,
    detections: [
      Detection(label: "dog & \"cat\", <b>", classIndex: 2, score: 0.75, box: Box(x1: -10, y1: 20, x2: 90, y2: 70)),
      Detection(label: "car", classIndex: 0, score: 0.5, box: Box(x1: 100, y1: 0, x2: 210, y2: 50)),
    ])

  private static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "formats-\(UUID().uuidString)"
    try Folder.create(path)
    return path
  }

  @Test func yoloIsFractionsOfThePictureCutAtItsEdges() {
    #expect(YOLOLabels.text(image) == "2 0.225 0.45 0.45 0.5 0.75\n0 0.75 0.25 0.5 0.5 0.5\n")
  }

  @Test func vocIsWellFormedAndCountsFromOne() throws {
    let text = VOCAnnotation.text(image, file: "img_000123.jpg")
    #expect(text.contains("<name>dog &amp; \"cat\", &lt;b&gt;</name>"))
    #expect(text.contains("<xmin>1</xmin><ymin>21</ymin><xmax>90</xmax><ymax>70</ymax>"))
    #expect(text.contains("<xmin>101</xmin><ymin>1</ymin><xmax>200</xmax><ymax>50</ymax>"))
    #expect(text.contains("<size><width>200</width><height>100</height><depth>3</depth></size>"))
  }

  @Test func csvQuotesAsTheRFCHasIt() throws {
    let path = try Self.folder() + "/d.csv"
    let csv = try CSVDetections(path: path)
    try csv.add(image)
    try csv.finish()
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    #expect(lines[1] == #"photos/img_000123.jpg,"dog & ""cat"", <b>",2,0.75,-10.0,20.0,90.0,70.0"#)
    #expect(lines.count == 3)
  }

  private struct Row: Decodable, Equatable {
    var imageID: Int
    var categoryID: Int
    var bbox: [Float]
    var score: Float

    enum CodingKeys: String, CodingKey {
      case imageID = "image_id"
      case categoryID = "category_id"
      case bbox, score
    }
  }

  @Test func cocoIsTheResultsFormat() throws {
    let path = try Self.folder() + "/detections.json"
    let coco = try COCOResults(path: path, categoryIDs: [1, 2, 17])
    try coco.add(image, id: 7)
    try coco.finish()
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(rows.first == Row(imageID: 7, categoryID: 17, bbox: [-10, 20, 100, 50], score: 0.75))
    #expect(rows.count == 2)
  }

  @Test func withoutKnownCategoriesTheyCountFromOne() throws {
    let path = try Self.folder() + "/detections.json"
    let coco = try COCOResults(path: path, categoryIDs: nil)
    try coco.add(image, id: 5)
    try coco.finish()
    let rows = try JSONDecoder().decode([Row].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(rows.map(\.imageID) == [5, 5] && rows.map(\.categoryID) == [3, 1])
  }

  @Test(
    arguments: [
      (["a/img_000123.jpg", "dog.jpg", "x7y09.png"], [:], [123, 2, 9]),
      (["dog.jpg", "cat1.jpg", "b/cat1.jpg"], [:], [2, 1, 3]),
      (["b/dog.jpg", "img_5.jpg", "cat.jpg"], ["dog.jpg": 5], [5, 2, 3]),
      (["99999999999999999999.jpg", "-"], [:], [1, 2]),
    ] as [([String], [String: Int], [Int])])
  func imageIDsAreTheAnnotationsElseNumbersElsePlacesAndNeverShared(names: [String], known: [String: Int], ids: [Int]) {
    #expect(COCOResults.imageIDs(of: names, known: known) == ids)
  }

  @Test func annotationsThatAreNoneAreNamed() throws {
    let path = try Self.folder() + "/a.json"
    try AtomicFile.write(Array("[]".utf8), to: path)
    #expect(throws: FormatError.self) { try COCOResults.imageIDs(annotations: path) }
    try AtomicFile.write(
      Array(#"{"images": [{"id": 42, "file_name": "val/dog.jpg", "x": 1}], "annotations": []}"#.utf8), to: path)
    #expect(try COCOResults.imageIDs(annotations: path) == ["dog.jpg": 42])
  }
}
