import Imaging
import Support

/// Writes YOLO: `images/SPLIT/NAME`, `labels/SPLIT/NAME.txt`, `data.yaml`. Lines are polygons where every object of the set has one
/// (programs that read them do not take both kinds in one set), poses where some have keypoints and all those as many, else
/// boxes.
final class YOLOWriter: DatasetWriter {
  private let folder: String
  private let ids: [Int]
  private let classes: [DatasetClass]
  private let sidecar: SidecarWriter
  private let usesPolygons: Bool
  private let keypoints: YOLOKeypoints?
  private var splits: Set<String> = []

  init(folder: String, classes: [DatasetClass], hints: ConversionHints) throws(FileError) {
    self.folder = folder
    self.classes = classes
    let own = classes.compactMap(\.yoloID)
    ids = own.count == classes.count && Set(own).count == own.count ? own : Array(classes.indices)
    keypoints = hints.keypointCount.map { YOLOKeypoints(count: $0, hasVisibility: true) }
    usesPolygons = hints.allPolygons && keypoints == nil
    try Folder.create(folder)
    sidecar = try SidecarWriter(folder: folder, classes: classes)
  }

  func add(_ picture: WrittenPicture) throws(FileError) {
    let part = picture.record.split.map { "/" + $0 } ?? ""
    splits.insert(picture.record.split ?? "")
    for name in ["images", "labels"] { try Folder.create(Path.join(folder, name + part)) }
    try picture.copy(to: Path.join(folder, "images\(part)/\(picture.name)"))
    guard picture.record.objects != nil else { return }
    let text = Array(picture.objects.map { line($0, picture.size) }.joined().utf8)
    try AtomicFile.write(text, to: Path.join(folder, "labels\(part)/\(picture.stem).txt"))
    let isMore = picture.objects.contains { object in
      if object.id != nil || object.isCrowd || object.isDifficult || object.isTruncated { return true }
      if keypoints != nil { return object.details?.keypoints == nil || object.details != poseAlone(object) }
      guard let details = object.details else { return false }
      return details != ObjectDetails(segmentation: details.segmentation) || !isWhole(object)
    }
    try sidecar.add(
      picture.name, id: picture.record.id, objects: picture.objects, annotation: text, needsObjects: isMore)
  }

  private func poseAlone(_ object: ObjectAnnotation) -> ObjectDetails {
    ObjectDetails(keypoints: object.details?.keypoints)
  }

  /// Whether a line says all of an object's outline: one polygon, whose bounds are the box.
  private func isWhole(_ object: ObjectAnnotation) -> Bool {
    guard usesPolygons, case .polygons(let polygons)? = object.details?.segmentation, polygons.count == 1 else {
      return object.details?.segmentation == nil
    }
    let points = polygons[0]
    let xs = stride(from: 0, to: points.count, by: 2).map { points[$0] }
    let ys = stride(from: 1, to: points.count, by: 2).map { points[$0] }
    return xs.min() == object.x && ys.min() == object.y && (xs.max() ?? 0) - object.x == object.width
      && (ys.max() ?? 0) - object.y == object.height
  }

  private func line(_ object: ObjectAnnotation, _ size: ImageSize) -> String {
    let (width, height) = (Double(size.width), Double(size.height))
    var numbers: [Double]
    if usesPolygons, case .polygons(let polygons)? = object.details?.segmentation {
      numbers = polygons.flatMap(\.self).enumerated().map {
        NormalizedPoint.fraction($1, side: $0.isMultiple(of: 2) ? width : height)
      }
    } else {
      let x = NormalizedBox.fractions(start: object.x, length: object.width, side: width)
      let y = NormalizedBox.fractions(start: object.y, length: object.height, side: height)
      numbers = [x.center, y.center, x.length, y.length]
      if let keypoints {
        let none = [Double](repeating: 0, count: 3 * keypoints.count)
        numbers += NormalizedPoint.triples(object.details?.keypoints ?? none) {
          NormalizedPoint.fraction($0, side: $1 ? width : height)
        }
      }
    }
    return "\(ids[object.label]) " + numbers.map { JSONValue.shortest($0).text }.joined(separator: " ") + "\n"
  }

  func finish() throws(FileError) {
    var lines = ["path: ."]
    for split in ["train", "val", "test"] where splits.contains(split) { lines.append("\(split): images/\(split)") }
    if splits == [""] { lines += ["train: images", "val: images"] }
    if let keypoints {
      lines.append("kpt_shape: [\(keypoints.count), 3]")
      let names = classes.lazy.compactMap(\.keypoints).first { $0.count == keypoints.count }
      if let order = names.flatMap(YOLOKeypoints.mirrored) {
        lines.append("flip_idx: [\(order.map(String.init).joined(separator: ", "))]")
      }
    }
    lines += ["nc: \(classes.count)", "names:"]
    for (id, entry) in zip(ids, classes).sorted(by: { $0.0 < $1.0 }) {
      lines.append("  \(id): \(Self.quoted(entry.name))")
    }
    try AtomicFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: Path.join(folder, "data.yaml"))
    try sidecar.finish()
  }

  /// A name as YAML that is a text whatever it holds.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte | 0x20) || byte == 0x20 || byte == 0x5F || (0x30...0x39).contains(byte)
    }
    let isWord =
      isPlain && Double(name) == nil && name.first != " " && name.last != " " && !name.isEmpty
      && !["true", "false", "yes", "no", "null", "on", "off", "y", "n"].contains(name.lowercased())
    let clean = name.split(whereSeparator: \.isNewline).joined(separator: " ")
    return isWord
      ? name : "'" + clean.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}
