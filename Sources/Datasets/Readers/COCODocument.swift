/// One JSON file of COCO, as it is read.
struct COCODocument {
  struct Picture {
    var id: Int
    var file: String
    var width: Int32
    var height: Int32
    /// Whether nobody looked for objects in it: a mark of our own.
    var isUnlabelled = false
  }
  /// What an annotation is about, by COCO's ids.
  struct Link {
    var image: Int
    var category: Int
    var id: Int
    var shownID: String { id == .min ? "without an id" : "\(id)" }
  }

  let file: String
  private(set) var hasImages = false
  private(set) var images: [Picture] = []
  private(set) var categories: [DatasetClass] = []
  private(set) var objects: [ObjectAnnotation] = []
  private(set) var links: [Link] = []
  private(set) var faults = FaultList()

  init(file: String) { self.file = file }

  /// Gives the objects away, so that they are not in memory twice.
  mutating func takeObjects() -> [ObjectAnnotation] {
    var taken: [ObjectAnnotation] = []
    swap(&taken, &objects)
    return taken
  }

  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
    var reader = JSONReader(bytes, file: file)
    guard reader.peek() == UInt8(ascii: "{") else {
      throw .unrecognized(
        file: file, fault: "not COCO annotations (expected a JSON object with images and annotations)")
    }
    try reader.object { reader, key throws(DatasetError) in
      switch key {
      case "images":
        hasImages = true
        try reader.array { reader throws(DatasetError) in try readImage(&reader) }
      case "annotations": try reader.array { reader throws(DatasetError) in try readAnnotation(&reader) }
      case "categories": try reader.array { reader throws(DatasetError) in try readCategory(&reader) }
      default: try reader.skip()
      }
    }
    try reader.finish()
  }

  private static func side(_ value: Int?) -> Int32 { value.map { $0 > 0 && $0 <= 1_000_000 ? Int32($0) : 0 } ?? 0 }

  private mutating func readImage(_ reader: inout JSONReader) throws(DatasetError) {
    var picture = Picture(id: 0, file: "", width: 0, height: 0)
    var id: Int?
    try reader.object { reader, key throws(DatasetError) in
      switch key {
      case "id": id = try reader.integer()
      case "file_name": picture.file = try reader.string()
      case "width": picture.width = Self.side(try reader.integer())
      case "height": picture.height = Self.side(try reader.integer())
      case "unlabelled": picture.isUnlabelled = reader.word("true")
      default: try reader.skip()
      }
    }
    guard let id else { return faults.add("image.no_id", file, "image \(images.count + 1) of the list has no id") }
    guard EntryName.isSafe(picture.file) else {
      return faults.add(
        "image.unsafe", file,
        picture.file.isEmpty
          ? "image \(id) has no file_name" : "image \(id): \(EntryName.printable(picture.file)): \(EntryName.fault)")
    }
    picture.id = id
    images.append(picture)
  }

  private mutating func readCategory(_ reader: inout JSONReader) throws(DatasetError) {
    let entry = try DatasetClass(&reader)
    guard entry.categoryID != nil, !entry.name.isEmpty else {
      return faults.add(
        "category.incomplete", file, "category \(categories.count + 1) of the list has no id or no name")
    }
    categories.append(entry)
  }

  private mutating func readAnnotation(_ reader: inout JSONReader) throws(DatasetError) {
    let fields = try AnnotationFields(&reader)
    let shown = fields.id.map { "annotation \($0)" } ?? "annotation \(objects.count + 1) of the list"
    guard let image = fields.image else { return faults.add("annotation.no_image", file, "\(shown) has no image_id") }
    guard let category = fields.category else {
      return faults.add("annotation.no_category", file, "\(shown) has no category_id")
    }
    if fields.id == nil { faults.add("annotation.no_id", file, "\(shown) has no id") }
    guard let object = fields.object(label: 0) else {
      return faults.add("annotation.no_box", file, "\(shown) has no bbox of four numbers")
    }
    objects.append(object)
    links.append(Link(image: image, category: category, id: fields.id ?? .min))
  }
}
