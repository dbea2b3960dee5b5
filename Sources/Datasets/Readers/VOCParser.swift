/// Reads Pascal VOC's XML files, collecting the classes.
struct VOCParser {
  /// One file.
  struct Annotation {
    var file: String?
    var width: Int32 = 0, height: Int32 = 0
    var objects: [ObjectAnnotation] = []
  }

  private var classes = ClassList()
  var faults = FaultList()

  init(classes: [DatasetClass]) { for entry in classes { _ = self.classes.add(entry) } }

  /// The annotation; nil for XML of another kind. Throws `damaged` and `refused`.
  mutating func parse(_ bytes: UnsafeRawBufferPointer, file: String) throws(DatasetError) -> Annotation? {
    let root = try XMLTree.parse(bytes, file: file)
    guard root.name == "annotation" else { return nil }
    var annotation = Annotation(file: root["filename"]?.trimmed)
    if annotation.file?.isEmpty == true { annotation.file = nil }
    annotation.width = Self.side(root["size"]?["width"])
    annotation.height = Self.side(root["size"]?["height"])
    for element in root.children where element.name == "object" {
      do throws(DatasetError) {
        annotation.objects.append(try object(element, file: file))
      } catch { faults.add("object.damaged", file, error.fault) }
    }
    return annotation
  }

  private static func side(_ element: XMLElement?) -> Int32 {
    guard let value = element.flatMap({ Double($0.trimmed) }), value >= 0, value <= 1e6 else { return 0 }
    return Int32(value)
  }

  private mutating func object(_ element: XMLElement, file: String) throws(DatasetError) -> ObjectAnnotation {
    func damaged(_ what: String, _ line: Int) -> DatasetError { .damaged(file: file, fault: "\(what) in line \(line)") }
    guard let name = element["name"]?.trimmed, !name.isEmpty else {
      throw damaged("an object without a name", element.line)
    }
    guard let box = element["bndbox"] else { throw damaged("an object without a box", element.line) }
    var edges: [Double] = []
    for key in ["xmin", "ymin", "xmax", "ymax"] {
      guard let text = box[key]?.trimmed, let value = Double(text) else {
        throw damaged("a box whose \(key) is no number", box.line)
      }
      edges.append(value)
    }
    func flag(_ key: String) -> Bool {
      element[key].map { !["0", "", "false"].contains($0.trimmed.lowercased()) } ?? false
    }
    let (x, width) = Self.span(edges[0], edges[2]), (y, height) = Self.span(edges[1], edges[3])
    var object = ObjectAnnotation(
      x: x, y: y, width: width, height: height, label: classes.add(DatasetClass(name: name)),
      isDifficult: flag("difficult"), isTruncated: flag("truncated"))
    let pose = element["pose"]?.trimmed ?? "Unspecified"
    object.details = ObjectDetails.of(
      pose: pose.isEmpty || pose == "Unspecified" ? nil : pose, isOccluded: flag("occluded"))
    return object
  }

  /// From the first and last pixel, counted from 1, to start and length. Decimals keep their value to nine places.
  static func span(_ first: Double, _ last: Double) -> (Double, Double) {
    func exact(_ value: Double) -> Double {
      abs(value) < 1e6 ? (value * 1e9).rounded() / 1e9 : value
    }
    return (exact(first - 1), exact(last - first + 1))
  }

  /// The data set, its classes in the order of their names unless another was given.
  func finish(_ source: any FileSource, _ store: inout RecordStore, isSorted: Bool) -> FileDataset {
    var list = classes.classes
    if isSorted {
      let order = list.indices.sorted { list[$0].name.utf8.lexicographicallyPrecedes(list[$1].name.utf8) }
      var place = [Int](repeating: 0, count: list.count)
      for (new, old) in order.enumerated() { place[old] = new }
      store.objects.relabel { _, label in place[label] }
      list = order.map { list[$0] }
    }
    return FileDataset(
      source: source, format: .voc, classes: list, store: store, faults: faults.finished(source.path))
  }
}
