import Imaging
import Support

/// Converts between Pascal VOC, COCO and YOLO without loss: pictures are copied as they are, and what the new format has no place for
/// goes into a file beside it that our readers know.
public struct DatasetConversion: Sendable {
  /// What can be written.
  public enum Target: String, Sendable, CaseIterable {
    case voc, coco, yolo
  }

  /// What was done.
  public struct Report: Sendable, Equatable {
    /// Pictures and objects written.
    public var images = 0, objects = 0
    /// What was left out and why.
    public var faults: [DatasetFault] = []
  }

  /// The new format.
  public var target: Target
  /// The new folder, which must not exist or be empty.
  public var output: String

  /// A conversion.
  public init(to target: Target, output: String) {
    self.target = target
    self.output = output
  }

  /// Converts a set. `progress` is called after each picture; where it returns false, the conversion ends with what it has.
  ///
  /// - Throws: `DatasetError.setting` for sets without objects and folders that are in use, `output` where it cannot be written.
  public func callAsFunction(
    _ dataset: FileDataset, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) throws(DatasetError) -> Report {
    if let names = try? Folder.names(in: output), !names.isEmpty {
      throw .output(.unwritable(path: output, reason: "there is something in it already; name a new folder"))
    }
    var report = Report()
    report.faults = dataset.faults
    let hints = try check(dataset)
    do throws(FileError) {
      try Folder.create(output)
      let writer: any DatasetWriter =
        switch target {
        case .voc: try VOCWriter(folder: output, classes: dataset.classList)
        case .coco: try COCOWriter(folder: output, classes: dataset.classList, hints: hints)
        case .yolo: try YOLOWriter(folder: output, classes: dataset.classList, hints: hints)
        }
      var names = UniqueNames()
      for index in 0..<dataset.count {
        let next = Result { () throws(DatasetError) in try picture(dataset, index, &names, &report) }
        switch next {
        case .success(let picture):
          try writer.add(picture)
          report.images += 1
          report.objects += picture.objects.count
        case .failure(let error):
          report.faults.append(DatasetFault(kind: error.code, file: error.file, message: error.fault))
        }
        guard progress(index + 1, dataset.count) else { break }
      }
      try writer.finish()
    } catch { throw .output(error) }
    return report
  }

  /// One look over all objects, without reading a picture.
  private func check(_ dataset: FileDataset) throws(DatasetError) -> ConversionHints {
    var hints = ConversionHints()
    var objects = 0, polygons = 0, hasLists = false
    var keypoints: Set<Int> = []
    for (index, entry) in dataset.store.entries.enumerated() {
      if let id = entry.id { hints.imageIDs.insert(id) }
      guard let list = dataset.store.exact[index] ?? dataset.store.objects(of: entry) else { continue }
      hasLists = true
      objects += list.count
      for object in list {
        if let id = object.id { hints.objectIDs.insert(id) }
        if case .polygons? = object.details?.segmentation { polygons += 1 }
        if let points = object.details?.keypoints { keypoints.insert(points.count) }
      }
    }
    guard hasLists else {
      throw .setting(
        "\(dataset.path) has no objects (it is of format \(dataset.format.rawValue)); only sets of boxes convert")
    }
    if keypoints.count == 1, let count = keypoints.first, count > 0, count.isMultiple(of: 3) {
      hints.keypointCount = count / 3
    }
    hints.allPolygons = objects > 0 && polygons == objects
    return hints
  }

  private func picture(
    _ dataset: FileDataset, _ index: Int, _ names: inout UniqueNames, _ report: inout Report
  ) throws(DatasetError) -> WrittenPicture {
    var record = try dataset.record(at: index)
    let size: ImageSize
    if let width = record.width, let height = record.height {
      size = ImageSize(width: width, height: height)
    } else {
      size = try dataset.imageSize(at: index)
    }
    if target != .voc, let path = record.objectMask {
      let map = try dataset.classMap(path, size: size, limits: .standard)
      do throws(ImageError) { try record.takeMasks(map, size) } catch {
        throw .inconsistent(file: dataset.source.name(of: path), fault: "\(error)")
      }
    }
    let objects = record.objects ?? []
    let file = dataset.source.name(of: record.image)
    for (place, object) in objects.enumerated() where !object.isWritable {
      report.faults.append(
        DatasetFault(kind: "box.not_finite", file: file, message: "object \(place + 1) has a box that is not finite"))
    }
    return WrittenPicture(
      record: record, name: names.next(record.image, split: record.split), size: size,
      objects: objects.filter(\.isWritable), bytes: try dataset.file(at: index), source: dataset.source)
  }
}

extension Record {
  /// Gives each object its pixels of Pascal VOC's map of objects, as COCO's run lengths.
  fileprivate mutating func takeMasks(_ map: ClassMap, _ size: ImageSize) throws(ImageError) {
    guard var list = objects else { return }
    for place in list.indices where place < 254 && list[place].details?.segmentation == nil {
      let pixels: [UInt8] = map.classes.map { $0 == UInt8(place + 1) ? 1 : 0 }
      let mask = try Mask(width: size.width, height: size.height, pixels: pixels)
      // An object that has no pixel in the map has no outline.
      guard mask.area > 0 else { continue }
      let old = list[place].details
      list[place].details = ObjectDetails(
        segmentation: .compressed(width: size.width, height: size.height, counts: mask.compressedCounts),
        keypoints: old?.keypoints, area: Double(mask.area), pose: old?.pose, isOccluded: old?.isOccluded ?? false)
    }
    objects = list
  }
}

/// File names whose stems are unique, since annotations are named after them.
struct UniqueNames {
  private var stems: Set<String> = []

  mutating func next(_ path: String, split: String?) -> String {
    let name = Path.name(of: path)
    if stems.insert(Path.stem(of: name)).inserted { return name }
    let prefix = split ?? Path.name(of: Path.parent(of: path))
    var candidate = prefix + "_" + name
    var number = 1
    while !stems.insert(Path.stem(of: candidate)).inserted {
      number += 1
      candidate = "\(prefix)_\(number)_\(name)"
    }
    return candidate
  }
}
