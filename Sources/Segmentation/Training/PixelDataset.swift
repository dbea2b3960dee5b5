import Datasets
import Imaging

/// The pictures of a data set of whose every pixel the class is known: labels from 0 on, 255 where nothing is learned or scored.
///
/// Classes come from masks (mask folders, Pascal VOC's `SegmentationClass`, whose 0 is the background) or from the outlines of objects
/// (COCO, YOLO): what no object covers is the background, what two or a crowd cover is void.
public struct PixelDataset: Dataset {
  /// The label of pixels that do not count.
  public static let void: UInt8 = 255

  private enum Source {
    case maps, objects
  }

  private let base: any Dataset
  private let indices: [Int]
  private let source: Source
  private let ignored: Int
  /// The names of the labels; empty where the data have none and labels are not checked yet.
  public let classes: [String]

  /// The pictures of `base` that have masks. `names` are those of the classes, where the data do not say; `ignored` is a label
  /// that becomes void. Throws `DatasetError` where there are no masks.
  public init(_ base: any Dataset, names: [String] = [], ignored: Int = 255) throws(DatasetError) {
    var mapped: [Int] = [], outlined: [Int] = [], hasOutlines = false
    for index in 0..<base.count {
      let record = try base.record(at: index)
      if record.classMask != nil { mapped.append(index) }
      guard let objects = record.objects else { continue }
      outlined.append(index)
      hasOutlines = hasOutlines || objects.contains { $0.details?.segmentation != nil }
    }
    self.base = base
    self.ignored = ignored
    let hasBackground = base.format != .masks || mapped.isEmpty
    if !mapped.isEmpty {
      (source, indices) = (.maps, mapped)
    } else if hasOutlines {
      (source, indices) = (.objects, outlined)
    } else {
      throw .inconsistent(
        file: base.path,
        fault: "there are no masks: expected mask folders, Pascal VOC's SegmentationClass, or objects with outlines")
    }
    let own = hasBackground ? ["background"] + base.classes : base.classes
    guard names.isEmpty || own.count <= 1 || names.count == own.count else {
      throw .setting("data.classes has \(names.count) names; \(base.path) has \(own.count) classes")
    }
    classes = names.isEmpty ? (own.count > 1 ? own : []) : names
    guard classes.count < 256 else {
      throw .unsupported(file: base.path, fault: "\(classes.count) classes of pixels; at most 255 fit into masks")
    }
  }

  /// The same pictures with names for labels that had none.
  func named(_ names: [String]) -> PixelDataset { PixelDataset(self, classes: names) }

  private init(_ other: PixelDataset, classes: [String]) {
    (base, indices, source, ignored) = (other.base, other.indices, other.source, other.ignored)
    self.classes = classes
  }

  /// The data's path.
  public var path: String { base.path }
  /// The data's format.
  public var format: DatasetFormat { base.format }
  /// Pictures with masks.
  public var count: Int { indices.count }
  /// The data's faults.
  public var faults: [DatasetFault] { base.faults }
  /// A record.
  public func record(at index: Int) throws(DatasetError) -> Record { try base.record(at: indices[index]) }
  /// None: which classes a picture has is in its pixels.
  public func labels(at index: Int) -> [Int] { [] }
  /// The part that it belongs to.
  public func split(at index: Int) -> String? { base.split(at: indices[index]) }
  /// A name.
  public func name(at index: Int) -> String { base.name(at: indices[index]) }
  /// A file.
  public func file(at index: Int) throws(DatasetError) -> FileBytes { try base.file(at: indices[index]) }

  /// A picture with its map of labels. Throws `DatasetError` where the picture or its mask is damaged, where their sizes differ,
  /// and for labels beyond the classes.
  public func sample(at index: Int, options: DecodeOptions, decoded: Image?) throws(DatasetError) -> Sample {
    var options = options
    options.masks = source == .maps ? .classes : .objects
    let sample = try base.sample(at: indices[index], options: options, decoded: decoded)
    let map: ClassMap?
    switch source {
    case .maps: map = sample.classMap
    case .objects:
      do throws(ImageError) { map = try Self.map(of: sample) } catch {
        throw .image(file: name(at: index), error)
      }
    }
    guard let map else { throw .inconsistent(file: name(at: index), fault: "it has no mask") }
    return Sample(image: sample.image, classMap: try checked(map, index))
  }

  private func checked(_ map: ClassMap, _ index: Int) throws(DatasetError) -> ClassMap {
    let counts = map.pixelCounts
    if !classes.isEmpty,
      let wrong = counts.indices.first(where: {
        $0 >= classes.count && $0 != Int(Self.void) && $0 != ignored && counts[$0] > 0
      })
    {
      let mask = try? record(at: index).classMask
      throw .inconsistent(
        file: mask ?? name(at: index),
        fault: "label \(wrong) of \(counts[wrong]) pixels is out of range; there are \(classes.count) classes, 0 to "
          + "\(classes.count - 1), and 255 for none")
    }
    guard counts.indices.contains(ignored), ignored != Int(Self.void), counts[ignored] > 0 else { return map }
    let label = UInt8(ignored), replaced = map.classes.map { $0 == label ? Self.void : $0 }
    do throws(ImageError) { return try ClassMap(width: map.width, height: map.height, classes: replaced) } catch {
      throw .image(file: name(at: index), error)
    }
  }

  /// The map that objects with masks make: class `i` is `i + 1`. As torchvision's references make it, pixels of several objects
  /// are void; so are crowds, and the boxes of objects without a mask.
  private static func map(of sample: Sample) throws(ImageError) -> ClassMap {
    let width = sample.size.width, height = sample.size.height
    var classes = [UInt8](repeating: 0, count: width * height)
    for object in sample.objects ?? [] {
      let label = object.isCrowd || object.label >= 254 ? void : UInt8(max(object.label, 0) + 1)
      if let mask = object.mask, mask.width == width, mask.height == height {
        for (place, inside) in mask.pixels.enumerated() where inside != 0 {
          classes[place] = classes[place] == 0 ? label : void
        }
      } else {
        let box = object.box.clipped(width: Float(width), height: Float(height))
        guard box.isFinite, box.x1 < box.x2, box.y1 < box.y2 else { continue }
        for y in Int(box.y1)..<min(Int(box.y2.rounded(.up)), height) {
          for x in Int(box.x1)..<min(Int(box.x2.rounded(.up)), width) { classes[y * width + x] = void }
        }
      }
    }
    return try ClassMap(width: width, height: height, classes: classes)
  }
}
