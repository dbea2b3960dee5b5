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
  let file: String
  private(set) var hasImages = false
  private(set) var images: [Picture] = []
  private(set) var categories: [DatasetClass] = []
  private(set) var faults = FaultList()
  /// Those of the documents before and this one's, whose labels are places in `categoryIDs`.
  private(set) var objects: ObjectList
  /// Of which picture each object of this document is: a place in `imageIDs.list`.
  private(set) var owners: [Int32] = []
  private(set) var imageIDs = NumberTable(), categoryIDs = NumberTable()

  /// A document whose objects come after those of others.
  init(file: String, objects: consuming ObjectList) {
    self.file = file
    self.objects = objects
  }

  /// Gives the objects away, so that they are not in memory twice.
  mutating func takeObjects() -> ObjectList {
    var taken = ObjectList()
    swap(&taken, &objects)
    return taken
  }

  /// Reads all of it. `release` is told from time to time how many bytes are done with.
  mutating func read(_ bytes: UnsafeRawBufferPointer, release: (Int) -> Void) throws(DatasetError) {
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
      case "annotations":
        try reader.array { reader throws(DatasetError) in
          try readAnnotation(&reader)
          if owners.count & 0x3FFFF == 0 { release(reader.position) }
        }
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
    let shown = fields.id.map { "annotation \($0)" } ?? "annotation \(owners.count + 1) of the list"
    guard let image = fields.image else { return faults.add("annotation.no_image", file, "\(shown) has no image_id") }
    guard let category = fields.category else {
      return faults.add("annotation.no_category", file, "\(shown) has no category_id")
    }
    if fields.id == nil { faults.add("annotation.no_id", file, "\(shown) has no id") }
    guard let object = fields.object(label: Int(categoryIDs.place(of: category))) else {
      return faults.add("annotation.no_box", file, "\(shown) has no bbox of four numbers")
    }
    objects.append(object)
    owners.append(imageIDs.place(of: image))
  }
}

/// Numbers in the order of their first use, each once.
struct NumberTable {
  private(set) var list: [Int] = []
  private var places: [Int: Int32] = [:]
  private var last: (number: Int, place: Int32)?

  /// The place of a number in the list, which is new where it is. Annotations of one picture often follow each other.
  mutating func place(of number: Int) -> Int32 {
    if let last, last.number == number { return last.place }
    let place: Int32
    if let known = places[number] {
      place = known
    } else {
      place = Int32(truncatingIfNeeded: list.count)
      places[number] = place
      list.append(number)
    }
    last = (number, place)
    return place
  }
}
