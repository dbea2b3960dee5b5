import Imaging
import Support

/// Writes COCO: `annotations/instances_SPLIT.json`, the pictures in `SPLIT/`.
final class COCOWriter: DatasetWriter {
  private final class Part {
    let file: AtomicFile
    let annotations: AtomicFile
    let annotationsPath: String
    var images = 0
    var objects = 0

    init(_ folder: String, _ split: String?) throws(FileError) {
      let path = Path.join(folder, "annotations/instances" + (split.map { "_" + $0 } ?? "") + ".json")
      file = try AtomicFile(path: path)
      annotationsPath = path + ".annotations"
      annotations = try AtomicFile(path: annotationsPath)
      try file.write("{\"info\": {\"description\": \"\"}, \"licenses\": [],\n\"images\": [")
    }
  }

  private let folder: String
  private let classes: [DatasetClass]
  private let categoryIDs: [Int]
  private var parts: [String: Part] = [:]
  private var imageIDs: NumberSource
  private var objectIDs: NumberSource

  private let writesPictures: Bool

  /// Without `writesPictures`, the pictures stand in the folder already, by another writer.
  init(
    folder: String, classes: [DatasetClass], hints: ConversionHints, writesPictures: Bool = true
  ) throws(FileError) {
    self.folder = folder
    self.writesPictures = writesPictures
    self.classes = classes
    categoryIDs = Self.ids(classes)
    imageIDs = NumberSource(known: hints.imageIDs)
    objectIDs = NumberSource(known: hints.objectIDs)
    try Folder.create(Path.join(folder, "annotations"))
  }

  /// COCO's own ids where all classes have one, else 1, 2, 3 ...
  private static func ids(_ classes: [DatasetClass]) -> [Int] {
    let own = classes.compactMap(\.categoryID)
    return own.count == classes.count && Set(own).count == own.count ? own : Array(1...max(classes.count, 1))
  }

  func add(_ picture: WrittenPicture) throws(FileError) {
    let split = picture.record.split
    let part: Part
    if let known = parts[split ?? ""] {
      part = known
    } else {
      part = try Part(folder, split)
      parts[split ?? ""] = part
    }
    if writesPictures {
      let imagesFolder = Path.join(folder, split ?? "images")
      try Folder.create(imagesFolder)
      try picture.copy(to: Path.join(imagesFolder, picture.name))
    }
    let id = imageIDs.next(picture.record.id)
    var members: [(String, JSONValue)] = [
      ("id", .int(id)), ("file_name", .string(picture.name)), ("width", .int(picture.size.width)),
      ("height", .int(picture.size.height)),
    ]
    if picture.record.objects == nil { members.append(("unlabelled", .bool(true))) }
    try part.file.write((part.images == 0 ? "\n" : ",\n") + JSONValue.object(members).text)
    part.images += 1
    for var object in picture.objects {
      object.id = objectIDs.next(object.id)
      let links: [(String, JSONValue)] = [("image_id", .int(id)), ("category_id", .int(categoryIDs[object.label]))]
      let text = JSONValue.object(object.cocoMembers + links).text
      try part.annotations.write((part.objects == 0 ? "\n" : ",\n") + text)
      part.objects += 1
    }
  }

  func finish() throws(FileError) {
    let categories = zip(classes, categoryIDs).map { entry, id in
      var entry = entry
      entry.supercategory = entry.supercategory ?? ""
      return entry.json(id: id).text
    }.joined(separator: ",\n")
    for part in parts.values {
      try part.annotations.commit()
      let written = try MappedFile(path: part.annotationsPath)
      try part.file.write("],\n\"annotations\": [")
      try withExtendedLifetime(written) { () throws(FileError) in try part.file.write(written.bytes) }
      try part.file.write("],\n\"categories\": [\n\(categories)]}\n")
      try part.file.commit()
      Folder.removeFile(part.annotationsPath)
    }
  }
}

/// Numbers for pictures or objects: their own where it is free, else the next free one.
struct NumberSource {
  private let known: Set<Int>
  private var given: Set<Int> = []
  private var last = 0

  init(known: Set<Int>) { self.known = known }

  mutating func next(_ own: Int?) -> Int {
    if let own, given.insert(own).inserted { return own }
    repeat { last += 1 } while known.contains(last) || given.contains(last)
    given.insert(last)
    return last
  }
}
