import Support

/// YOLO's text labels: `class centre-x centre-y width height`, the same with keypoints, or `class x y x y x y ...` a line, as
/// fractions of the picture.
enum YOLOReader {
  private static let otherTexts: Set<String> = [
    "classes.txt", "readme.txt", "license.txt", "requirements.txt", "labels.txt", "train.txt", "val.txt", "test.txt",
    "obj.names", "predefined_classes.txt",
  ]

  /// Whether a text file may be one of labels, by its first line.
  static func isLabels(_ file: String, in source: any FileSource) -> Bool {
    guard isLabelName(file), let bytes = try? source.read(file) else { return false }
    let head = bytes.withBytes { String(decoding: $0.prefix(4096), as: UTF8.self) }
    guard let line = head.split(whereSeparator: \.isNewline).first else { return false }
    let fields = line.split(separator: " ")
    return fields.count >= 5 && fields.allSatisfy { Double($0) != nil }
  }

  private static func isLabelName(_ file: String) -> Bool {
    FileKind.ending(file) == "txt" && !otherTexts.contains(Path.name(of: file).lowercased())
  }

  static func read(_ source: any FileSource, _ options: DatasetOptions) throws(DatasetError) -> FileDataset {
    var notes: [String] = []
    let root = try labelRoot(source, options, &notes)
    let labels = source.files.filter { isLabelName($0) && $0.hasPrefix(root) }
    let description = try YOLODescription(source, near: root)
    let sidecar = try Sidecar.read(source)
    let pictures = source.files.filter {
      FileKind.isPicture($0) && !FileKind.hasFolder($0, ["masks", "annotations"])
    }
    let images = PathIndex(pictures)
    var labelOf: [String: String] = [:]
    var parser = YOLOParser(description: description, sidecar: sidecar)
    for label in labels {
      guard let image = images.nearest(to: label) else {
        parser.faults.add("image.missing", source.name(of: label), "there is no picture for these labels")
        continue
      }
      // A second file of labels would hide the first: the one whose folders are the most like the picture's was found first.
      if let other = labelOf.updateValue(label, forKey: image), other != label {
        parser.faults.add(
          "annotation.duplicate", source.name(of: label), "\(EntryName.printable(image)) has labels in \(other) too")
      }
    }
    var store = RecordStore()
    store.isNormalized = true
    for image in pictures {
      var entry = RecordStore.Entry(image: image, split: description.split(of: image) ?? SplitName.ofPath(image))
      entry.id = sidecar?.imageID(image)
      guard let label = labelOf[image] else {
        if !description.skipsUnlabelled { store.add(entry, objects: nil) }
        continue
      }
      let file: FileBytes
      do throws(DatasetError) { file = try source.read(label) } catch {
        parser.faults.add("annotation.damaged", error.file, error.fault)
        store.add(entry, objects: nil)
        continue
      }
      store.add(entry, objects: parser.read(file, name: source.name(of: label)))
      store.keep(sidecar?.objects(of: image, annotation: file))
    }
    return FileDataset(
      source: source, format: .yolo, classes: parser.finish(&store), store: store,
      faults: parser.faults.finished(source.path), notes: notes)
  }

  /// The folder that the labels are taken from: the one with the most of them, where there are several.
  private static func labelRoot(
    _ source: any FileSource, _ options: DatasetOptions, _ notes: inout [String]
  ) throws(DatasetError) -> String {
    if let wanted = options.annotations {
      guard let file = source.files.first(where: { isLabelName($0) && ("/" + $0).contains("/" + wanted + "/") }),
        let range = ("/" + file).range(ofFolder: wanted)
      else { throw .setting("\(source.path) has no folder of labels '\(wanted)'") }
      return String(file.prefix(range))
    }
    var counts: [String: Int] = [:]
    for file in source.files where isLabelName(file) {
      let folders = file.split(separator: "/").dropLast()
      guard let place = folders.firstIndex(where: { $0.lowercased() == "labels" }) else { continue }
      // Roboflow's sets have their parts above the labels, so those are not roots of their own.
      let outer = folders[..<place].filter { SplitName.of($0) == nil }
      counts[outer.map { $0 + "/" }.joined(), default: 0] += 1
    }
    guard counts.count > 1, let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return "" }
    notes.append(
      "labels of \(best.key) (\(best.value) files); --annotations names another: "
        + counts.keys.sorted().joined(separator: ", "))
    return best.key
  }
}

extension String {
  /// How many characters, the leading slash not counted, lead up to the end of a folder's name; nil where it is not in the path.
  fileprivate func range(ofFolder folder: String) -> Int? {
    let parts = split(separator: "/"), wanted = folder.split(separator: "/")
    guard !wanted.isEmpty, parts.count > wanted.count else { return nil }
    for start in 0...(parts.count - wanted.count) where Array(parts[start..<start + wanted.count]) == wanted {
      return parts[..<(start + wanted.count)].reduce(0) { $0 + $1.count + 1 }
    }
    return nil
  }
}
