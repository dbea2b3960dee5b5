import Imaging
import Support
import Synchronization

/// Writes what a run finds: annotated pictures as they come, the formats' files when all is done.
final class DetectionWriter: Sendable {
  private struct State: ~Copyable {
    var plan: OutputPlan
    var coco: COCOResults?
    var csv: CSVDetections?
  }

  private let state: Mutex<State>
  private let options: DetectionRun.Options
  private let folder: String
  /// COCO's id of every input; empty without that format.
  private let imageIDs: [Int]

  /// `names` are those of all inputs, the ones that gave no image among them.
  init(_ detector: Detector, _ options: DetectionRun.Options, inputs: [ImageInput], names: [String]) throws {
    self.options = options
    let plan = try OutputPlan(output: options.output, inputs: inputs, task: "detect")
    folder = plan.folder
    let known = try options.annotations.map { try COCOResults.imageIDs(annotations: $0) } ?? [:]
    imageIDs = options.formats.contains(.coco) ? COCOResults.imageIDs(of: names, known: known) : []
    let coco =
      options.formats.contains(.coco)
      ? try COCOResults(path: Path.join(folder, "detections.json"), categoryIDs: detector.categoryIDs)
      : nil
    let csv = options.formats.contains(.csv) ? try CSVDetections(path: Path.join(folder, "detections.csv")) : nil
    if options.formats.contains(.voc) { try Folder.create(Path.join(folder, "Annotations")) }
    if options.formats.contains(.yolo) { try Folder.create(Path.join(folder, "labels")) }
    state = Mutex(State(plan: plan, coco: coco, csv: csv))
  }

  func write(
    _ detections: [Detection], of image: Image, index: Int, _ input: ImageInput
  ) throws -> (detections: ImageDetections, annotated: String?) {
    let isPNG = input.name.lowercased().hasSuffix(".png")
    let path = state.withLock { $0.plan.path(for: input, extension: isPNG ? "png" : "jpg") }
    let found = ImageDetections(
      image: input.name, stem: Path.stem(of: path), width: image.width, height: image.height, detections: detections)
    if options.draws {
      let picture = try image.annotated(with: detections)
      try AtomicFile.write(
        path.lowercased().hasSuffix(".png") ? picture.pngData() : picture.jpegData(quality: options.quality), to: path)
    }
    if options.formats.contains(.voc) {
      let name = Path.name(of: input.name)
      try AtomicFile.write(
        Array(VOCAnnotation.text(found, file: name).utf8), to: Path.join(folder, "Annotations/\(found.stem).xml"))
    }
    if options.formats.contains(.yolo) {
      try AtomicFile.write(Array(YOLOLabels.text(found).utf8), to: Path.join(folder, "labels/\(found.stem).txt"))
    }
    try state.withLock { state in
      try state.coco?.add(found, id: imageIDs[index])
      try state.csv?.add(found)
    }
    return (found, options.draws ? path : nil)
  }

  /// Gives the formats' files their names.
  func finish() throws {
    try state.withLock { state in
      try state.coco?.finish()
      try state.csv?.finish()
    }
  }
}

extension Image {
  /// The picture with a box, a label, its mask and keypoints drawn for each detection.
  fileprivate func annotated(with detections: [Detection]) throws -> Image {
    try drawing(
      detections.map {
        Annotation(
          box: $0.box, label: $0.label, score: $0.score, classIndex: $0.classIndex, mask: $0.mask,
          figure: Skeleton.figure(of: $0.keypoints))
      })
  }
}
