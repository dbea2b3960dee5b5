import Imaging
import Support

/// A data set of picture files with annotations: what all readers but those of packed files give.
public final class FileDataset: Dataset {
  /// Where the files lie.
  public let source: any FileSource
  /// How it is laid out.
  public let format: DatasetFormat
  /// The classes with what the format says beside their names.
  public let classList: [DatasetClass]
  /// What was left out when it was opened.
  public let faults: [DatasetFault]
  /// What a user may want to know of how it was read.
  public let notes: [String]
  let store: RecordStore
  private let maskColors: MaskColors

  init(
    source: any FileSource, format: DatasetFormat, classes: [DatasetClass], store: RecordStore,
    faults: [DatasetFault] = [], notes: [String] = [], maskColors: MaskColors = MaskColors()
  ) {
    self.source = source
    self.format = format
    classList = classes
    self.store = store
    self.faults = faults
    self.notes = notes
    self.maskColors = maskColors
  }

  /// The folder or archive.
  public var path: String { source.path }
  /// Pictures.
  public var count: Int { store.entries.count }
  /// Class names.
  public var classes: [String] { classList.map(\.name) }
  /// The file's path in the source.
  public func name(at index: Int) -> String { store.entries[index].image }
  /// The part.
  public func split(at index: Int) -> String? { store.entries[index].split }
  /// The encoded picture.
  public func file(at index: Int) throws(DatasetError) -> FileBytes { try source.read(store.entries[index].image) }

  /// The picture's label or its objects'.
  public func labels(at index: Int) -> [Int] {
    let entry = store.entries[index]
    if entry.label >= 0 { return [Int(entry.label)] }
    return store.labels(of: entry)
  }

  /// What is known of a picture. For boxes in fractions the header of the picture is read.
  public func record(at index: Int) throws(DatasetError) -> Record {
    let entry = store.entries[index]
    var record = Record(
      image: entry.image, split: entry.split, id: entry.id, width: entry.width > 0 ? Int(entry.width) : nil,
      height: entry.height > 0 ? Int(entry.height) : nil, label: entry.label >= 0 ? Int(entry.label) : nil,
      objects: store.objects(of: entry), classMask: entry.classMask, objectMask: entry.objectMask)
    if let exact = store.exact[index], let own = record.objects {
      record.objects = zip(exact, own).map { object, own in
        var object = object
        object.label = own.label
        return object
      }
    } else if store.isNormalized, record.objects?.isEmpty == false {
      let size = try imageSize(at: index)
      record.width = size.width
      record.height = size.height
      record.objects = record.objects?.map { $0.denormalized(width: size.width, height: size.height) }
    }
    return record
  }

  /// The upright size that the picture's header says.
  public func imageSize(at index: Int) throws(DatasetError) -> ImageSize {
    let file = try file(at: index)
    do throws(ImageError) {
      let information = try file.withBytes { bytes throws(ImageError) in try Image.information(of: bytes) }
      return ImageSize(width: information.width, height: information.height)
    } catch { throw .image(file: source.name(of: name(at: index)), error) }
  }

  /// The picture, its objects, their masks, its map of classes.
  public func sample(at index: Int, options: DecodeOptions, decoded: Image?) throws(DatasetError) -> Sample {
    let name = source.name(of: name(at: index))
    let file = try file(at: index)
    var record = try record(at: index)
    if !options.masks.contains(.classes) { record.classMask = nil }
    let outlines = options.masks.contains(.objects)
    if !outlines { record.objectMask = nil }
    let hasMasks =
      record.classMask != nil || record.objectMask != nil
      || outlines && record.objects?.contains { $0.details?.segmentation != nil } == true
    let image: Image
    var full: ImageSize?
    do throws(ImageError) {
      image = try file.withBytes { bytes throws(ImageError) in
        guard let side = options.smallestSide, !hasMasks else {
          // One that was decoded for a set without masks may be smaller.
          if let decoded, options.smallestSide == nil { return decoded }
          return try Image.decode(bytes, limits: options.limits)
        }
        let information = try Image.information(of: bytes, limits: options.limits)
        full = ImageSize(width: information.width, height: information.height)
        if let decoded { return decoded }
        return try Image.decode(bytes, smallestSide: side, limits: options.limits)
      }
    } catch { throw .image(file: name, error) }
    var sample = Sample(image: image, label: record.label)
    if let path = record.classMask { sample.classMap = try classMap(path, size: image.size, limits: options.limits) }
    let objectMap = try record.objectMask.map { path throws(DatasetError) in
      try classMap(path, size: image.size, limits: options.limits)
    }
    let scale = SampleScale(from: full ?? image.size, to: image.size)
    sample.objects = try record.objects.map { list throws(DatasetError) in
      var objects: [SampleObject] = []
      for (place, object) in list.enumerated() where object.isUsable {
        do throws(ImageError) {
          objects.append(
            try object.sampleObject(place, size: image.size, map: objectMap, outlined: outlines, scale: scale))
        } catch { throw .inconsistent(file: name, fault: "object \(place + 1): \(error)") }
      }
      return objects
    }
    return sample
  }

  /// A map of classes, which must have its picture's size.
  func classMap(_ path: String, size: ImageSize, limits: ImageLimits) throws(DatasetError) -> ClassMap {
    let map = try classMap(path, limits: limits)
    guard map.width == size.width, map.height == size.height else {
      throw .inconsistent(
        file: source.name(of: path),
        fault: "the mask is \(map.width)x\(map.height), its picture \(size.width)x\(size.height)")
    }
    return map
  }

  /// A map of classes.
  public func classMap(_ path: String, limits: ImageLimits = .standard) throws(DatasetError) -> ClassMap {
    let file = try source.read(path)
    do throws(ImageError) {
      switch try file.withBytes({ bytes throws(ImageError) in try MaskPicture.decode(bytes, limits: limits) }) {
      case .indices(let map): return map
      case .colors(let image): return try maskColors.classMap(image)
      }
    } catch { throw .image(file: source.name(of: path), error) }
  }
}
