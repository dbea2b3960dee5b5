import FoundationEssentials
import Support

/// COCO's results format: a JSON array of `{image_id, category_id, bbox: [x, y, width, height], score}`.
///
/// Every detection is one line of the file, written as its image is done.
public final class COCOResults {
  private let file: AtomicFile
  private let imageIDs: [String: Int]
  private let categoryIDs: [Int]?
  private var isFirst = true
  private var usedIDs: [Int: String] = [:]

  /// Starts the file. `imageIDs` come from an annotations file, by file name; `categoryIDs` by class, 1 + class where nil.
  public init(path: String, imageIDs: [String: Int] = [:], categoryIDs: [Int]?) throws(FileError) {
    file = try AtomicFile(path: path)
    self.imageIDs = imageIDs
    self.categoryIDs = categoryIDs
    try file.write("[")
  }

  /// Appends the detections of image number `ordinal` (from 1).
  public func add(_ image: ImageDetections, ordinal: Int) throws(FileError) {
    let id = Self.imageID(of: image.image, ordinal: ordinal, known: imageIDs)
    for detection in image.detections {
      let box = detection.box
      let category = categoryIDs.flatMap { $0.indices.contains(detection.classIndex) ? $0[detection.classIndex] : nil }
      let line = JSONValue.object([
        ("image_id", .int(id)), ("category_id", .int(category ?? detection.classIndex + 1)),
        ("bbox", .array([.float(box.x1), .float(box.y1), .float(box.x2 - box.x1), .float(box.y2 - box.y1)])),
        ("score", .float(detection.score)),
      ])
      try file.write((isFirst ? "\n" : ",\n") + line.text)
      isFirst = false
    }
  }

  /// Ends the file and gives it its name.
  public func finish() throws(FileError) {
    try file.write("\n]\n")
    try file.commit()
  }

  /// The id of an image: by its file name in the annotations, else the last number in the name, else its ordinal.
  static func imageID(of image: String, ordinal: Int, known: [String: Int]) -> Int {
    let name = Path.name(of: image)
    if let id = known[name] { return id }
    let digits = Path.stem(of: image).split { !$0.isASCII || !$0.isNumber }.last
    return digits.flatMap { Int($0) } ?? ordinal
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
