import Support

/// Reads COCO's JSON in one pass each, with its lists in any order.
struct COCOParser {
  private let source: any FileSource
  private let hasSplits: Bool
  private let pictures: PathIndex
  private var classes = ClassList()
  private var store = RecordStore()
  private var faults = FaultList()
  /// The picture of each annotation, -1 for those that are left out.
  private var owners: [Int32] = []

  init(source: any FileSource, hasSplits: Bool) {
    self.source = source
    self.hasSplits = hasSplits
    pictures = PathIndex(source.files.filter(FileKind.isPicture))
  }

  mutating func read(_ path: String) throws(DatasetError) {
    let name = source.name(of: path)
    let file = try source.read(path)
    let split = COCOReader.split(of: path)
    try file.withBytes { bytes throws(DatasetError) in
      var objects = ObjectList()
      swap(&objects, &store.objects)
      var document = COCODocument(file: name, objects: objects)
      objects = ObjectList()
      try document.read(bytes) { file.release(upTo: $0) }
      try add(&document, split: split, path: path)
    }
  }

  private mutating func add(_ document: inout COCODocument, split: String?, path: String) throws(DatasetError) {
    let name = source.name(of: path)
    guard document.hasImages else {
      throw .unrecognized(file: name, fault: "not COCO annotations: it has no list 'images'")
    }
    for fault in document.faults.faults { faults.add(fault.kind, name, fault.message) }
    var labels: [Int: Int] = [:]
    for category in document.categories {
      guard let id = category.categoryID else { continue }
      guard labels[id] == nil else {
        faults.add("category.duplicate_id", name, "two categories have the id \(id); the first counts")
        continue
      }
      labels[id] = classes.add(category)
    }
    var places: [Int: Int] = [:]
    for image in document.images {
      guard places[image.id] == nil else {
        faults.add("image.duplicate_id", name, "two images have the id \(image.id)")
        continue
      }
      guard let picture = find(image.file, split: split) else {
        places[image.id] = -1
        faults.add("image.missing", name, "there is no picture \(EntryName.printable(image.file)) (image \(image.id))")
        continue
      }
      places[image.id] = store.entries.count
      var entry = RecordStore.Entry(image: picture, split: split ?? SplitName.ofPath(picture), id: image.id)
      (entry.width, entry.height) = (image.width, image.height)
      entry.objects = image.isUnlabelled ? nil : 0..<0
      store.entries.append(entry)
    }
    let first = owners.count
    store.objects = document.takeObjects()
    let entries = document.imageIDs.list.map { places[$0].map { Int32($0) } }
    let ids = document.categoryIDs.list, known = ids.map { labels[$0] }
    owners.reserveCapacity(store.objects.count)
    for (place, image) in document.owners.enumerated() {
      let object = first + place
      guard let entry = entries[Int(image)] else {
        let id = shownID(object)
        faults.add(
          "annotation.orphan", name,
          "annotation \(id) is of image \(document.imageIDs.list[Int(image)]), which is not listed")
        owners.append(-1)
        continue
      }
      let category = store.objects.label(at: object)
      guard known[category] != nil else {
        let id = shownID(object)
        faults.add(
          "label.unknown", name, "annotation \(id) has category \(ids[category]), which is not listed")
        owners.append(-1)
        continue
      }
      owners.append(entry)
    }
    store.objects.relabel(from: first) { _, category in known[category] ?? 0 }
  }

  private func shownID(_ object: Int) -> String { store.objects.id(at: object).map { "\($0)" } ?? "without an id" }

  /// The picture in the source. A set of annotations alone, without any picture, keeps the names as they are.
  private func find(_ file: String, split: String?) -> String? {
    if source.contains(file) { return file }
    let near = split.map { Path.join($0, file) } ?? file
    return pictures.isEmpty ? file : pictures.nearest(to: near)
  }

  /// Groups the objects by picture: a counting sort.
  consuming func finish(notes: [String]) -> FileDataset {
    var ends = [Int](repeating: 0, count: store.entries.count + 1)
    for owner in owners where owner >= 0 { ends[Int(owner) + 1] += 1 }
    for index in store.entries.indices {
      ends[index + 1] += ends[index]
      if store.entries[index].objects == nil, ends[index] == ends[index + 1] { continue }
      store.entries[index].objects = ends[index]..<ends[index + 1]
    }
    var order = [Int32](repeating: 0, count: ends.last ?? 0)
    for (object, owner) in owners.enumerated() where owner >= 0 {
      order[ends[Int(owner)]] = Int32(object)
      ends[Int(owner)] += 1
    }
    store.order = order
    return FileDataset(
      source: source, format: .coco, classes: classes.classes, store: store, faults: faults.finished(source.path),
      notes: notes)
  }
}
