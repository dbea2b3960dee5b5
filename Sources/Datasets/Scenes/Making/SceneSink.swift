import Imaging
import Support

/// Scenes as COCO, as Pascal VOC, or as both around one folder of pictures.
final class SceneSink: RenderingSink {
  private let settings: DatasetRendering
  private let writers: [any DatasetWriter]
  private let classes: [DatasetClass]
  private let needsMasks: Bool
  private var report = DatasetRendering.Report()
  private var counts = [Int](repeating: 0, count: SolidClass.allCases.count)

  init(_ settings: DatasetRendering, _ forms: Set<DatasetRendering.Form>) throws(FileError) {
    self.settings = settings
    classes = SolidClass.allCases.map {
      DatasetClass(name: $0.name, categoryID: $0.rawValue + 1, supercategory: "solid")
    }
    needsMasks = forms.contains(.voc)
    var writers: [any DatasetWriter] = []
    if forms.contains(.voc) { writers.append(try VOCWriter(folder: settings.output, classes: classes)) }
    if forms.contains(.coco) {
      writers.append(
        try COCOWriter(
          folder: settings.output, classes: classes, hints: ConversionHints(), writesPictures: !forms.contains(.voc)))
    }
    self.writers = writers
    if settings.writesDepth { try Folder.create(Path.join(settings.output, "Depth")) }
  }

  func render(_ picture: Int, _ pool: ThreadPool) throws(ImageError) -> MadePicture {
    let size = settings.size
    let scene = SceneComposer.scene(
      seed: settings.seed, picture: picture, aspect: Float(size.width) / Float(size.height))
    let rendering = Renderer(scene: scene, width: size.width, height: size.height).render(pool)
    let (name, bytes) = try settings.encoded(rendering, picture)
    var made = MadePicture(name: name, part: settings.part(of: picture), bytes: bytes)
    let found = try SceneObjects(scene, rendering)
    made.objects = found.objects
    if needsMasks {
      made.classMask = try found.classMap(labels: classes.count).indexedImage.pngData(compression: .balanced)
      made.objectMask = try found.objectMap().indexedImage.pngData(compression: .balanced)
    }
    if settings.writesDepth { made.depth = DepthFile.bytes(rendering) }
    return made
  }

  func add(_ made: MadePicture) throws(FileError) {
    let size = settings.size
    let stem = Path.stem(of: made.name)
    var record = Record(
      image: made.name, split: made.part, width: size.width, height: size.height, objects: made.objects)
    var masks: [String: FileBytes] = [:]
    if needsMasks {
      (record.classMask, record.objectMask) = ("SegmentationClass/\(stem).png", "SegmentationObject/\(stem).png")
      masks = [
        "SegmentationClass/\(stem).png": FileBytes(made.classMask),
        "SegmentationObject/\(stem).png": FileBytes(made.objectMask),
      ]
    }
    let source = RenderedFiles(masks: masks)
    for writer in writers {
      var objects = made.objects
      if writer is VOCWriter {
        // Its maps of objects hold the outlines; only the mark of what is hidden stays.
        for index in objects.indices {
          objects[index].details = ObjectDetails.of(isOccluded: objects[index].details?.isOccluded ?? false)
        }
      }
      try writer.add(
        WrittenPicture(
          record: record, name: made.name, size: size, objects: objects, bytes: FileBytes(made.bytes), source: source))
    }
    if settings.writesDepth {
      try AtomicFile.write(made.depth, to: Path.join(settings.output, "Depth/\(stem).safetensors"))
    }
    report.images += 1
    report.objects += made.objects.count
    for object in made.objects { counts[object.label] += 1 }
  }

  func finish() throws(FileError) -> DatasetRendering.Report {
    for writer in writers { try writer.finish() }
    report.classes = zip(classes, counts).map { ($0.name, $1) }
    return report
  }
}

/// Masks that are not in a file yet.
private struct RenderedFiles: FileSource {
  let masks: [String: FileBytes]
  var path: String { "" }
  var files: [String] { masks.keys.sorted() }
  func contains(_ file: String) -> Bool { masks[file] != nil }
  func size(of file: String) -> Int? { masks[file]?.count }
  func read(_ file: String) throws(DatasetError) -> FileBytes {
    guard let bytes = masks[file] else { throw .missing(file: file, fault: "no such mask") }
    return bytes
  }
}
