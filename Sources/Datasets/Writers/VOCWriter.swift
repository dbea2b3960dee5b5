import Imaging
import Support

/// Writes Pascal VOC: `Annotations/NAME.xml`, `JPEGImages`, `ImageSets/Main/SPLIT.txt`.
final class VOCWriter: DatasetWriter {
  private let folder: String
  private let classes: [DatasetClass]
  private let sidecar: SidecarWriter
  private var lists: [String: [String]] = [:]

  init(folder: String, classes: [DatasetClass]) throws(FileError) {
    self.folder = folder
    self.classes = classes
    for name in ["Annotations", "JPEGImages", "ImageSets/Main"] { try Folder.create(Path.join(folder, name)) }
    sidecar = try SidecarWriter(folder: folder, classes: classes)
  }

  func add(_ picture: WrittenPicture) throws(FileError) {
    try picture.copy(to: Path.join(folder, "JPEGImages/" + picture.name))
    try picture.copyMasks(to: folder)
    let maps = picture.record.objectMask == nil ? VOCMaps(picture) : nil
    if let maps { try maps.write(to: folder, stem: picture.stem, withClasses: picture.record.classMask == nil) }
    if let split = picture.record.split {
      lists[split, default: []].append(picture.stem)
      if split == "train" || split == "val" { lists["trainval", default: []].append(picture.stem) }
    }
    var text: [UInt8] = []
    if picture.record.objects != nil {
      text = Array(Self.xml(picture, classes, isSegmented: maps != nil || picture.record.objectMask != nil).utf8)
      try AtomicFile.write(text, to: Path.join(folder, "Annotations/\(picture.stem).xml"))
    }
    let isMore = picture.objects.contains {
      $0.id != nil || $0.isCrowd || $0.details?.segmentation != nil || $0.details?.keypoints != nil
        || $0.details?.area != nil
    }
    try sidecar.add(
      picture.name, id: picture.record.id, objects: picture.objects, annotation: text, needsObjects: isMore)
  }

  func finish() throws(FileError) {
    for (split, stems) in lists {
      let text = stems.sorted().map { $0 + "\n" }.joined()
      try AtomicFile.write(Array(text.utf8), to: Path.join(folder, "ImageSets/Main/\(split).txt"))
    }
    try sidecar.finish()
  }

  private static func xml(_ picture: WrittenPicture, _ classes: [DatasetClass], isSegmented: Bool) -> String {
    var lines = [
      "<annotation>", "\t<folder>JPEGImages</folder>", "\t<filename>\(escaped(picture.name))</filename>", "\t<size>",
      "\t\t<width>\(picture.size.width)</width>", "\t\t<height>\(picture.size.height)</height>", "\t\t<depth>3</depth>",
      "\t</size>", "\t<segmented>\(isSegmented ? 1 : 0)</segmented>",
    ]
    for object in picture.objects {
      // Pixels count from 1, and both ends are inside.
      let edges = [
        ("xmin", object.x + 1), ("ymin", object.y + 1), ("xmax", object.x + object.width),
        ("ymax", object.y + object.height),
      ]
      lines += [
        "\t<object>", "\t\t<name>\(escaped(classes[object.label].name))</name>",
        "\t\t<pose>\(escaped(object.details?.pose ?? "Unspecified"))</pose>",
        "\t\t<truncated>\(object.isTruncated ? 1 : 0)</truncated>",
      ]
      if object.details?.isOccluded == true { lines.append("\t\t<occluded>1</occluded>") }
      lines += ["\t\t<difficult>\(object.isDifficult ? 1 : 0)</difficult>", "\t\t<bndbox>"]
      lines += edges.map { "\t\t\t<\($0)>\(number($1))</\($0)>" } + ["\t\t</bndbox>", "\t</object>"]
    }
    return (lines + ["</annotation>"]).joined(separator: "\n") + "\n"
  }

  /// A coordinate to nine places, which is what the reader keeps.
  private static func number(_ value: Double) -> String {
    JSONValue.shortest(abs(value) < 1e6 ? (value * 1e9).rounded() / 1e9 : value).text
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      // XML 1.0 has no place for control characters.
      case _ where scalar.value < 0x20 && scalar.value != 9: result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
