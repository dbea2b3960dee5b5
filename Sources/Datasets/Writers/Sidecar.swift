import Support

/// `vision.json` beside a set in VOC or YOLO form: what that form has no place for (COCO's ids, outlines, keypoints, crowds; YOLO's
/// lack of flags). Other programs pass over it; ours reads it, so that conversions lose nothing.
struct Sidecar {
  static let fileName = "vision.json"

  private struct Picture {
    var id: Int?
    /// Of the annotation file that the objects were written with; after a change by hand they no longer count.
    var fingerprint: String?
    var objects: [ObjectAnnotation] = []
  }

  private(set) var classes: [DatasetClass] = []
  private var pictures: [String: Picture] = [:]

  /// COCO's number of a picture.
  func imageID(_ image: String) -> Int? { pictures[Path.name(of: image)]?.id }

  /// The objects of a picture, where its annotation file is still the one that they were written with.
  func objects(of image: String, annotation: FileBytes) -> [ObjectAnnotation]? {
    guard let picture = pictures[Path.name(of: image)], let written = picture.fingerprint,
      written == Self.fingerprint(annotation)
    else { return nil }
    return picture.objects
  }

  static func fingerprint(_ file: FileBytes) -> String { String(file.fingerprint, radix: 16) }

  /// Reads the set's sidecar; nil where it has none. Throws `damaged`.
  static func read(_ source: any FileSource) throws(DatasetError) -> Sidecar? {
    guard let path = source.files.first(where: { Path.name(of: $0) == fileName }) else { return nil }
    let file = try source.read(path)
    return try file.withBytes { bytes throws(DatasetError) in
      var reader = JSONReader(bytes, file: source.name(of: path))
      return try Sidecar(&reader)
    }
  }

  private init(_ reader: inout JSONReader) throws(DatasetError) {
    try reader.object { reader, key throws(DatasetError) in
      switch key {
      case "classes":
        try reader.array { reader throws(DatasetError) in classes.append(try DatasetClass(&reader)) }
      case "images":
        try reader.object { reader, name throws(DatasetError) in pictures[name.text] = try Self.picture(&reader) }
      default: try reader.skip()
      }
    }
  }

  private static func picture(_ reader: inout JSONReader) throws(DatasetError) -> Picture {
    var picture = Picture()
    try reader.object { reader, key throws(DatasetError) in
      switch key {
      case "id": picture.id = try reader.integer()
      case "annotation": picture.fingerprint = try reader.string()
      case "objects":
        try reader.array { reader throws(DatasetError) in
          if let object = try AnnotationFields(&reader).object(label: 0) { picture.objects.append(object) }
        }
      default: try reader.skip()
      }
    }
    return picture
  }
}

/// Writes the sidecar while pictures are written.
final class SidecarWriter {
  private let file: AtomicFile
  private var isFirst = true

  init(folder: String, classes: [DatasetClass]) throws(FileError) {
    file = try AtomicFile(path: Path.join(folder, Sidecar.fileName))
    let list = classes.map { $0.json(id: $0.categoryID).text }.joined(separator: ",\n  ")
    try file.write("{\"classes\": [\n  \(list)],\n\"images\": {")
  }

  /// Adds a picture, unless its format said it all.
  func add(_ image: String, id: Int?, objects: [ObjectAnnotation], annotation: [UInt8], needsObjects: Bool)
    throws(FileError)
  {
    guard id != nil || needsObjects else { return }
    var members: [(String, JSONValue)] = []
    if let id { members.append(("id", .int(id))) }
    if needsObjects {
      members.append(("annotation", .string(Sidecar.fingerprint(FileBytes(annotation)))))
      members.append(("objects", .array(objects.map { .object($0.cocoMembers) })))
    }
    try file.write((isFirst ? "\n" : ",\n") + JSONValue.string(image).text + ": " + JSONValue.object(members).text)
    isFirst = false
  }

  func finish() throws(FileError) {
    try file.write("\n}}\n")
    try file.commit()
  }
}
