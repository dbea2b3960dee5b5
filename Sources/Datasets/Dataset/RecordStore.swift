/// Pictures and objects of a data set while it is read, and ever after: flat lists, so that ten million boxes fit.
struct RecordStore: Sendable {
  /// One picture.
  struct Entry: Sendable {
    var image: String
    var split: String?
    var id: Int?
    /// 0 where not known.
    var width: Int32 = 0, height: Int32 = 0
    /// -1 where there is none.
    var label: Int32 = -1
    var classMask: String?
    var objectMask: String?
    /// Where its objects lie in the list, or in `order` where there is one; nil where nobody looked for any.
    var objects: Range<Int>?
  }

  var entries: [Entry] = []
  var objects = ObjectList()
  /// Places in `objects`, grouped by picture; nil where they lie in order already.
  var order: [Int32]?
  /// Whether boxes are fractions of the picture (YOLO): centre and size in x, y, width, height.
  var isNormalized = false

  /// Objects in pixels that a sidecar has for entries whose own format says less of them, by the entry's place.
  var exact: [Int: [ObjectAnnotation]] = [:]

  /// Keeps a sidecar's objects for the last entry, as long as there are as many; their labels are the entry's own.
  mutating func keep(_ list: [ObjectAnnotation]?) {
    guard let list, let range = entries.last?.objects, range.count == list.count else { return }
    exact[entries.count - 1] = list
  }

  /// The objects of an entry, as stored.
  func objects(of entry: Entry) -> [ObjectAnnotation]? {
    guard let range = entry.objects else { return nil }
    guard let order else { return range.map { objects[$0] } }
    return range.map { objects[Int(order[$0])] }
  }

  /// The labels of an entry's objects.
  func labels(of entry: Entry) -> [Int] {
    guard let range = entry.objects else { return [] }
    guard let order else { return range.map { objects.label(at: $0) } }
    return range.map { objects.label(at: Int(order[$0])) }
  }

  /// Adds a picture whose objects are at hand.
  mutating func add(_ entry: Entry, objects list: [ObjectAnnotation]?) {
    var entry = entry
    if let list {
      entry.objects = objects.count..<objects.count + list.count
      for object in list { objects.append(object) }
    }
    entries.append(entry)
  }
}
