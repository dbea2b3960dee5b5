import Support

/// A table of pictures: with a header `image,label[,split]` or `image,label,x1,y1,x2,y2[,split]` in any order, or without one
/// `path,label` or `path,x1,y1,x2,y2,label`.
enum CSVReader {
  private static let names: [String: [String]] = [
    "image": ["image", "path", "file", "filename", "file_name", "image_path", "filepath", "image_name"],
    "label": ["label", "class", "category", "target", "class_name", "classname"], "split": ["split", "set", "subset"],
    "x1": ["x1", "xmin", "left"], "y1": ["y1", "ymin", "top"], "x2": ["x2", "xmax", "right"],
    "y2": ["y2", "ymax", "bottom"],
  ]

  static func read(_ source: any FileSource, _ options: DatasetOptions) throws(DatasetError) -> FileDataset {
    let tables = source.files.filter { FileKind.ending($0) == "csv" }
    guard let path = options.annotations ?? tables.min(by: { ($0.count, $0) < ($1.count, $1) }), source.contains(path)
    else {
      throw .missing(file: source.path, fault: "there is no CSV list \(options.annotations ?? "")")
    }
    let name = source.name(of: path)
    let rows = try CSVTable(try source.read(path), name: name).rows
    let columns = try Columns(rows, file: name)
    let pictures = PathIndex(source.files.filter(FileKind.isPicture))
    var classes = ClassList(), faults = FaultList(), store = RecordStore()
    var objects: [String: [ObjectAnnotation]] = [:]
    var order: [(image: String, split: String?, label: String?)] = []
    var seen: Set<String> = []
    for (line, fields) in rows.dropFirst(columns.hasHeader ? 1 : 0) {
      guard let file = columns.value("image", fields), EntryName.isSafe(file) else {
        faults.add("image.unsafe", name, "line \(line): no name of a picture that stays in the set")
        continue
      }
      guard let image = source.contains(file) ? file : pictures.nearest(to: file) else {
        faults.add("image.missing", name, "line \(line): there is no picture \(EntryName.printable(file))")
        continue
      }
      let label = columns.value("label", fields)
      if seen.insert(image).inserted {
        order.append(
          (image, columns.value("split", fields).flatMap { SplitName.of($0) } ?? SplitName.ofPath(image), label))
      } else if !columns.hasBoxes {
        faults.add("image.duplicate", name, "line \(line): a second line for \(EntryName.printable(image))")
      }
      guard columns.hasBoxes, let label, !label.isEmpty else { continue }
      let edges = ["x1", "y1", "x2", "y2"].compactMap { columns.value($0, fields).flatMap(Double.init) }
      guard edges.count == 4 else {
        faults.add("object.damaged", name, "line \(line): a box of other than four numbers")
        continue
      }
      objects[image, default: []].append(
        ObjectAnnotation(
          x: edges[0], y: edges[1], width: edges[2] - edges[0], height: edges[3] - edges[1],
          label: classes.add(DatasetClass(name: label))))
    }
    if !columns.hasBoxes { classes = ClassList(names: sorted(Set(order.compactMap(\.label)))) }
    for (image, split, label) in order {
      var entry = RecordStore.Entry(image: image, split: split)
      if !columns.hasBoxes { entry.label = Int32(label.flatMap { classes.label(of: $0) } ?? -1) }
      store.add(entry, objects: columns.hasBoxes ? objects[image] ?? [] : nil)
    }
    return FileDataset(
      source: source, format: .csv, classes: classes.classes, store: store, faults: faults.finished(source.path))
  }

  /// Numbers by value, other labels by their bytes.
  private static func sorted(_ labels: Set<String>) -> [String] {
    if labels.allSatisfy({ Int($0) != nil }) { return labels.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) } }
    return labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Which column holds what.
  private struct Columns {
    let hasHeader: Bool
    private var places: [String: Int] = [:]
    var hasBoxes: Bool { ["x1", "y1", "x2", "y2"].allSatisfy { places[$0] != nil } }

    init(_ rows: [(line: Int, fields: [String])], file: String) throws(DatasetError) {
      guard let first = rows.first?.fields else { throw .damaged(file: file, fault: "the CSV list is empty") }
      for (place, field) in first.enumerated() {
        let text = field.lowercased()
        if let key = names.first(where: { $0.value.contains(text) })?.key, places[key] == nil { places[key] = place }
      }
      hasHeader = places["image"] != nil
      guard !hasHeader else { return }
      switch first.count {
      case 2: places = ["image": 0, "label": 1]
      case 3: places = ["image": 0, "label": 1, "split": 2]
      case 6: places = ["image": 0, "x1": 1, "y1": 2, "x2": 3, "y2": 4, "label": 5]
      default:
        throw .unrecognized(
          file: file, fault: "a CSV list without a column 'image' (expected image,label or image,x1,y1,x2,y2,label)")
      }
    }

    func value(_ key: String, _ fields: [String]) -> String? {
      places[key].flatMap { fields.indices.contains($0) ? fields[$0] : nil }
    }
  }
}
