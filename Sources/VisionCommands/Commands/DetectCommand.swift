import ArgumentParser
import Detection
import Pipelines
import Support

/// `vision detect`.
struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect", abstract: "Find objects in photos.",
    discussion: """
      Writes each photo with its objects drawn into a folder, and one line a photo (or JSON, with --json) to standard \
      output.

      EXAMPLES
        vision detect photo.jpg
        vision detect photos/ --model yolox_s --format coco,csv -o found
        vision detect photo.jpg --model yolox_nano --weights nano.pth --json
        cat photo.jpg | vision detect - --json
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.", completion: .images)
  var images: [String]
  @Option(help: "The model: an id of 'vision models list', or a darknet .cfg file.", completion: .models(.detection))
  var model = "yolo"
  @Option(help: ArgumentHelp("Least score of a detection, 0 to 1.", valueName: "score")) var confidence: Float?
  @Option(help: ArgumentHelp("Overlap above which two boxes of a class are one object, 0 to 1.", valueName: "iou"))
  var iou: Float?
  @Option(help: ArgumentHelp("Most detections an image.", valueName: "n")) var maxDetections = 100
  @Flag(help: "Cut boxes at the image's edges.") var clip = false
  @Option(help: "Also write coco, voc, yolo or csv files; several separated by commas.") var format: FormatList?
  @Option(
    help: "COCO annotations that give the images' ids, for --format coco.", completion: .file(extensions: ["json"]))
  var annotations: String?
  @Option(
    name: .shortAndLong, help: "Folder of the results, or the file of a single image.", completion: .file())
  var output = "runs/detect"
  @Flag(help: "Draw nothing, write only results.") var noImages = false
  @Option(help: ArgumentHelp("JPEG quality of annotated images, 1 to 100.", valueName: "n")) var quality = 90
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var pipelineOptions: PipelineOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    for (name, value) in [("--confidence", confidence), ("--iou", iou)] {
      if let value, !(0...1).contains(value) { throw ValidationError("\(name) is \(value); expected 0 to 1") }
    }
    guard !model.isEmpty else { throw ValidationError("--model is empty; expected an id of 'vision models list'") }
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder or a file") }
    guard maxDetections > 0 else { throw ValidationError("--max-detections is \(maxDetections); expected 1 or more") }
    guard (1...100).contains(quality) else { throw ValidationError("--quality is \(quality); expected 1 to 100") }
    if annotations != nil, format?.formats.contains(.coco) != true {
      throw ValidationError("--annotations is for --format coco")
    }
  }

  func run() throws {
    common.apply()
    var pipeline = PipelineDefinition(name: "detect", help: "Find objects in photos.")
    pipeline.add("read", ["inputs": .texts(images)])
    pipeline.add("decode", limits.settings)
    pipeline.add(
      "detect",
      modelOptions.settings(model) + [
        "confidence": .decimal(confidence ?? 0.25), "iou": iou.map { .decimal($0) } ?? .none,
        "max_detections": maxDetections == 100 ? .none : .integer(maxDetections), "clip": clip ? true : .none,
      ])
    let formats = format?.formats ?? []
    if !noImages {
      pipeline.add("draw")
      pipeline.add(
        "write_images",
        [
          "output": .text(output), "quality": quality == 90 ? .none : .integer(quality), "suffix": "detect",
          "field": "annotated",
        ])
    }
    if formats.contains(.coco) {
      pipeline.add("write_coco", ["output": .text(output), "annotations": annotations.map { .text($0) } ?? .none])
    }
    if formats.contains(.csv) {
      pipeline.add("write_csv", ["output": .text(Path.join(outputFolder, "detections.csv"))])
    }
    if formats.contains(.voc) { pipeline.add("write_voc", ["output": .text(output)]) }
    if formats.contains(.yolo) { pipeline.add("write_yolo", ["output": .text(output)]) }
    if noImages { pipeline.add("emit", ["empty": ["annotated"]]) }
    try PipelineRunning.run(pipeline, pipelineOptions, offline: modelOptions.offline, common)
  }

  /// The folder of the results, where the output may be the file of a single image.
  private var outputFolder: String {
    let isFile = [".jpg", ".jpeg", ".png"].contains { output.lowercased().hasSuffix($0) } && !Folder.exists(output)
    return isFile ? Path.parent(of: output) : output
  }
}

/// `coco,voc`.
struct FormatList: ExpressibleByArgument {
  let formats: Set<DetectionFormat>

  init?(argument: String) {
    var formats: Set<DetectionFormat> = []
    for name in argument.lowercased().split(separator: ",") {
      guard let format = DetectionFormat(rawValue: String(name)) else { return nil }
      formats.insert(format)
    }
    guard !formats.isEmpty else { return nil }
    self.formats = formats
  }

  static var allValueStrings: [String] { DetectionFormat.allCases.map(\.rawValue) }
}
