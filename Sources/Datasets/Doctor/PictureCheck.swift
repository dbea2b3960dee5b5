import Imaging
import Support

/// What the doctor finds in one picture and its annotations.
struct PictureCheck: Sendable {
  var findings: [Finding] = []
  /// Of the file's bytes; nil where it cannot be read.
  var fingerprint: UInt64?
  /// Pixels of each class of a mask.
  var pixels: [Int] = []

  private let dataset: any Dataset
  private let index: Int
  private let file: String

  init(_ dataset: any Dataset, _ index: Int) {
    self.dataset = dataset
    self.index = index
    file = Path.join(dataset.path, dataset.name(at: index))
    do throws(DatasetError) {
      let bytes = try dataset.file(at: index)
      fingerprint = bytes.fingerprint
      if dataset is PackedDataset || dataset.format == .idx || dataset.format == .cifar { return }
      let record = try dataset.record(at: index)
      if let information = checkPicture(bytes) {
        checkAnnotations(record, information)
      } else {
        checkBoxes(record, nil)
      }
    } catch {
      add(.fault, error.code == "dataset.missing" ? "image.missing" : "image.damaged", error.fault, error.file)
    }
  }

  private mutating func add(_ severity: Finding.Severity, _ kind: String, _ message: String, _ other: String? = nil) {
    findings.append(Finding(severity, kind, other ?? file, message))
  }

  /// Decodes the picture; what its header says, nil where it is damaged.
  private mutating func checkPicture(_ bytes: FileBytes) -> ImageInformation? {
    do throws(ImageError) {
      return try bytes.withBytes { bytes throws(ImageError) in
        let information = try Image.information(of: bytes)
        let ending = FileKind.ending(dataset.name(at: index))
        let isJPEG = ending == "jpg" || ending == "jpeg"
        if isJPEG ? information.format != .jpeg : ending != information.format.rawValue {
          add(.fault, "image.mistyped", "its name says \(ending), its content is \(information.format.rawValue)")
        }
        _ = try Image.decode(bytes)
        return information
      }
    } catch {
      let isType = error == .notAnImage || error.code == "image.unsupported"
      add(.fault, isType ? "image.mistyped" : "image.damaged", error.description)
      return nil
    }
  }

  private mutating func checkAnnotations(_ record: Record, _ information: ImageInformation) {
    let size = ImageSize(width: information.width, height: information.height)
    if let width = record.width, let height = record.height, (width, height) != (size.width, size.height) {
      if (width, height) == (size.height, size.width), information.orientation.swapsSides {
        add(
          .fault, "image.rotated",
          "its annotations are of \(width)x\(height), as it is stored; upright, as EXIF has it, it is \(size.width)x\(size.height)"
        )
      } else {
        add(.fault, "image.size", "its annotations say \(width)x\(height), it is \(size.width)x\(size.height)")
      }
    }
    checkBoxes(record, size)
    let boxes = record.objects?.filter(\.isUsable) ?? []
    func fit(_ width: Int, _ height: Int) -> Bool {
      boxes.allSatisfy { $0.x + $0.width <= Double(width) + 1 && $0.y + $0.height <= Double(height) + 1 }
    }
    if information.orientation.swapsSides, !boxes.isEmpty, !fit(size.width, size.height), fit(size.height, size.width) {
      add(.fault, "image.rotated", "its boxes fit the picture as it is stored, not upright as EXIF has it")
    }
    checkMasks(record, size)
  }

  /// Boxes against the picture, whose size may be unknown.
  private mutating func checkBoxes(_ record: Record, _ size: ImageSize?) {
    let declared = record.width.flatMap { width in record.height.map { ImageSize(width: width, height: $0) } }
    var seen: Set<[Double]> = []
    for (place, object) in (record.objects ?? []).enumerated() {
      let name = "object \(place + 1)"
      if let fault = object.fault {
        add(.fault, fault.kind, "\(name): \(fault.text)")
        continue
      }
      if !dataset.classes.indices.contains(object.label) {
        add(.fault, "label.range", "\(name) has label \(object.label), there are \(dataset.classes.count) classes")
      }
      if !seen.insert([object.x, object.y, object.width, object.height, Double(object.label)]).inserted {
        add(.warning, "box.duplicate", "\(name) is in the picture twice: the same box and class")
      }
      guard let size = size ?? declared else { continue }
      checkKeypoints(object, name, size)
      let (width, height) = (Double(size.width), Double(size.height))
      // Rounding, and Pascal VOC's counting from 1, put boxes up to a pixel out.
      let over = max(-object.x, -object.y, object.x + object.width - width, object.y + object.height - height)
      guard over > 1 else { continue }
      let isApart =
        object.x >= width || object.y >= height || object.x + object.width <= 0 || object.y + object.height <= 0
      add(
        .fault, "box.outside",
        "\(name): \(isApart ? "wholly" : "partly") outside of the \(size.width)x\(size.height) picture, by "
          + "\(Int(over.rounded(.up))) pixels: [\(object.x), \(object.y), \(object.width), \(object.height)]")
    }
  }

  /// Keypoints against their class and the picture.
  private mutating func checkKeypoints(_ object: ObjectAnnotation, _ name: String, _ size: ImageSize) {
    guard let points = object.details?.keypoints else { return }
    let wanted =
      dataset.files?.classList.indices.contains(object.label) == true
      ? dataset.files?.classList[object.label].keypoints?.count : nil
    guard points.count.isMultiple(of: 3), wanted == nil || points.count == 3 * (wanted ?? 0) else {
      add(
        .fault, "keypoint.count",
        "\(name) has \(points.count) numbers of keypoints (expected \(wanted.map { "\(3 * $0)" } ?? "three each"))")
      return
    }
    for place in stride(from: 0, to: points.count, by: 3) {
      let (x, y, visibility) = (points[place], points[place + 1], points[place + 2])
      guard [0, 1, 2].contains(visibility) else {
        add(
          .fault, "keypoint.visibility",
          "\(name): keypoint \(place / 3 + 1) has visibility \(visibility), not 0, 1 or 2")
        continue
      }
      // Pixels are counted from their corner or their middle.
      let isInside = x >= -1 && y >= -1 && x <= Double(size.width) + 1 && y <= Double(size.height) + 1
      if visibility > 0, !isInside {
        add(.fault, "keypoint.outside", "\(name): keypoint \(place / 3 + 1) at \(x), \(y), outside of \(size)")
      }
    }
  }

  private mutating func checkMasks(_ record: Record, _ size: ImageSize) {
    for (place, object) in (record.objects ?? []).enumerated() {
      guard let segmentation = object.details?.segmentation else { continue }
      do throws(ImageError) { _ = try segmentation.mask(width: size.width, height: size.height) } catch {
        add(.fault, "mask.wrong", "object \(place + 1): \(error.description)")
      }
    }
    guard let path = record.classMask, let set = dataset.files else { return }
    do throws(DatasetError) {
      let map = try set.classMap(path, size: size, limits: .standard)
      pixels = map.pixelCounts
      // Pascal VOC's masks have the background before the classes.
      let classes = dataset.classes.count + (dataset.format == .voc ? 1 : 0)
      guard dataset.classes.count > 0, let high = (classes..<255).first(where: { pixels[$0] > 0 }) else { return }
      add(
        .fault, "label.range",
        "a mask with class \(high) (\(pixels[high]) pixels), there are \(dataset.classes.count) classes",
        set.source.name(of: path))
    } catch {
      add(.fault, error.code == "dataset.inconsistent" ? "mask.size" : "mask.damaged", error.fault, error.file)
    }
  }
}

extension Dataset {
  /// The set of files that this is or is a part of.
  var files: FileDataset? { (self as? FileDataset) ?? (self as? SubsetDataset)?.base as? FileDataset }
}
