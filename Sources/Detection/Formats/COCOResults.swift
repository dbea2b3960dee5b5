import FoundationEssentials
import Support

/// COCO's results format: a JSON array of `{image_id, category_id, bbox: [x, y, width, height], score}`, with `segmentation`
/// (`{size, counts}`) and `keypoints` (`[x, y, v, ...]`, v = 1) where the model finds them.
///
/// Every detection is one line of the file, written as its image is done.
public final class COCOResults {
  private let file: AtomicFile
  private let categoryIDs: [Int]?
  private var isFirst = true

  /// Starts the file. `categoryIDs` are by class, 1 + class where nil.
  public init(path: String, categoryIDs: [Int]?) throws(FileError) {
    file = try AtomicFile(path: path)
    self.categoryIDs = categoryIDs
    try file.write("[")
  }

  /// Appends the detections of an image.
  public func add(_ image: ImageDetections, id: Int) throws(FileError) {
    for detection in image.detections {
      try file.write((isFirst ? "\n" : ",\n") + Self.line(detection, image: id, categoryIDs: categoryIDs))
      isFirst = false
    }
  }

  /// A detection as an element of the array, on one line. `categoryIDs` are by class, 1 + class where nil.
  public static func line(_ detection: Detection, image id: Int, categoryIDs: [Int]?) -> String {
    let box = detection.box
    let category = categoryIDs.flatMap { $0.indices.contains(detection.classIndex) ? $0[detection.classIndex] : nil }
    var members: [(String, JSONValue)] = [
      ("image_id", .int(id)), ("category_id", .int(category ?? detection.classIndex + 1)),
      ("bbox", .array([.float(box.x1), .float(box.y1), .float(box.x2 - box.x1), .float(box.y2 - box.y1)])),
      ("score", .float(detection.score)),
    ]
    if let mask = detection.mask { members.append(("segmentation", mask.json)) }
    if !detection.keypoints.isEmpty {
      members.append(("keypoints", .array(detection.keypoints.flatMap { [.float($0.x), .float($0.y), .int(1)] })))
    }
    return JSONValue.object(members).text
  }

  /// Ends the file and gives it its name.
  public func finish() throws(FileError) {
    try file.write("\n]\n")
    try file.commit()
  }

  /// The id of each image: by its file name in the annotations, else the last number in its name, else its place in the
  /// run, from 1. An id that another image has already is never given again: the next free place is taken.
  public static func imageIDs(of images: [String], known: [String: Int] = [:]) -> [Int] {
    var ids = images.map { known[Path.name(of: $0)] }
    var used = Set(ids.compactMap(\.self))
    for (index, image) in images.enumerated() where ids[index] == nil {
      if let number = lastNumber(in: image), used.insert(number).inserted { ids[index] = number }
    }
    return ids.enumerated().map { index, id in
      if let id { return id }
      var place = index + 1
      while !used.insert(place).inserted { place += 1 }
      return place
    }
  }

  private static func lastNumber(in image: String) -> Int? {
    Path.stem(of: image).split { !$0.isASCII || !$0.isNumber }.last.flatMap { Int($0) }
  }

  /// The ids of the images that a COCO annotations file lists, by file name. Throws `FileError`, or `FormatError` where it is
  /// not such a file.
  public static func imageIDs(annotations path: String) throws -> [String: Int] {
    struct Annotations: Decodable {
      struct Entry: Decodable {
        var id: Int
        var fileName: String

        enum CodingKeys: String, CodingKey {
          case id
          case fileName = "file_name"
        }
      }
      var images: [Entry]
    }
    let file = try MappedFile(path: path, limit: 4 << 30)
    do {
      let data = withExtendedLifetime(file) { Data(file.bytes) }
      let entries = try JSONDecoder().decode(Annotations.self, from: data).images
      return Dictionary(entries.map { (Path.name(of: $0.fileName), $0.id) }) { first, _ in first }
    } catch {
      throw FormatError(
        path: path, reason: "is not a COCO annotations file (expected JSON with images[].id and .file_name)")
    }
  }
}

/// A file that is not of the format it should be of.
public struct FormatError: ReportableError, Equatable {
  /// The file.
  public let path: String
  /// What is wrong.
  public let reason: String
  /// `format.unrecognized`.
  public var code: String { "format.unrecognized" }
  /// 65.
  public var exitCode: ExitCode { .damagedInput }
  /// `PATH: fault`.
  public var description: String { "\(path): \(reason)" }
}
