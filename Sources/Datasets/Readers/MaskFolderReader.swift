import Support

/// Pictures in one folder and PNG masks of the same names in another (`images` and `masks`, `train` and `trainannot`).
enum MaskFolderReader {
  private static let maskFolders: Set<String> = [
    "masks", "mask", "annot", "annotations", "labels", "gt", "groundtruth", "segmentationclass", "label", "seg",
    "targets",
  ]
  private static let suffixes = [
    "_mask", "_L", "_label", "_labels", "_gt", "_seg", "_segmentation", "-mask", "_gtFine_labelIds",
  ]

  /// Whether a picture lies in a folder of masks.
  static func isMask(_ file: String) -> Bool {
    guard FileKind.ending(file) == "png" else { return false }
    return file.split(separator: "/").dropLast().contains { folder in
      let name = folder.lowercased()
      return maskFolders.contains(name) || name.hasSuffix("annot") || name.hasSuffix("_masks")
        || name.hasSuffix("_labels")
    }
  }

  static func hasMasks(_ source: any FileSource) -> Bool {
    source.files.contains(where: isMask) && source.files.contains { FileKind.isPicture($0) && !isMask($0) }
  }

  static func read(_ source: any FileSource) throws(DatasetError) -> FileDataset {
    let masks = source.files.filter(isMask)
    let pictures = source.files.filter { FileKind.isPicture($0) && !isMask($0) }
    let index = PathIndex(pictures.map { $0 })
    var maskOf: [String: String] = [:]
    var faults = FaultList()
    for mask in masks {
      let stem = Path.stem(of: mask)
      let stems = [stem] + suffixes.filter { stem.hasSuffix($0) }.map { String(stem.dropLast($0.count)) }
      guard let image = stems.lazy.compactMap({ index.nearest(to: alignedPath(mask), stem: $0) }).first else {
        faults.add("image.missing", source.name(of: mask), "there is no picture for this mask")
        continue
      }
      if maskOf.updateValue(mask, forKey: image) != nil {
        faults.add("mask.duplicate", source.name(of: mask), "a second mask of \(EntryName.printable(image))")
      }
    }
    let description = try MaskClasses(source)
    var store = RecordStore()
    for image in pictures {
      guard let mask = maskOf[image] else {
        faults.add("image.unlabelled", source.name(of: image), "a picture without a mask")
        continue
      }
      var entry = RecordStore.Entry(image: image, split: SplitName.ofPath(image) ?? SplitName.ofPath(mask))
      entry.classMask = mask
      store.entries.append(entry)
    }
    return FileDataset(
      source: source, format: .masks, classes: description.classes, store: store,
      faults: faults.finished(source.path), maskColors: description.colors)
  }

  /// The mask's path with its folders named as the pictures' are: `trainannot` -> `train`.
  private static func alignedPath(_ mask: String) -> String {
    mask.split(separator: "/").map { part in
      part.lowercased().hasSuffix("annot") ? String(part.dropLast(5)) : String(part)
    }.joined(separator: "/")
  }
}

/// The classes of masks: from a description, or a list of colours; without either they have no names.
struct MaskClasses {
  private(set) var classes: [DatasetClass] = []
  private(set) var colors = MaskColors()

  init(_ source: any FileSource) throws(DatasetError) {
    if let file = source.files.first(where: {
      ["class_dict.csv", "label_colors.txt"].contains(Path.name(of: $0).lowercased())
    }) {
      readColors(try source.read(file).text)
      return
    }
    let yaml = source.files.filter { ["yaml", "yml"].contains(FileKind.ending($0)) }
    for file in yaml.sorted(by: { a, _ in a.lowercased().contains("semantic") || a.lowercased().contains("mask") }) {
      let names = SetDescription(try source.read(file).text).names
      guard let last = names.keys.max(), last < 256 else { continue }
      classes = (0...last).map { DatasetClass(name: names[$0] ?? "class \($0)") }
      return
    }
    if let file = source.files.first(where: { ["classes.txt", "labels.txt"].contains(Path.name(of: $0)) }) {
      classes = try source.read(file).text.split(whereSeparator: \.isNewline).prefix(256).map {
        DatasetClass(name: String($0))
      }
    }
  }

  /// `name,r,g,b` or `r g b name` a line.
  private mutating func readColors(_ text: String) {
    var entries: [(red: UInt8, green: UInt8, blue: UInt8, index: UInt8)] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let fields = line.split { $0 == "," || $0 == " " || $0 == "\t" }
      let levels = fields.compactMap { UInt8($0) }
      let name = fields.filter { UInt8($0) == nil }.joined(separator: " ")
      guard levels.count == 3, !name.isEmpty, entries.count < 255 else { continue }
      entries.append((levels[0], levels[1], levels[2], UInt8(entries.count)))
      classes.append(DatasetClass(name: name))
    }
    colors = MaskColors(entries)
  }
}
