import ArgumentParser
import Catalog
import Classification
import Imaging
import Support

/// `vision classify`.
struct ClassifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify", abstract: "Name what photos show.",
    discussion: """
      One line a photo (or JSON, with --json): its most probable classes with their probabilities.

      EXAMPLES
        vision classify photo.jpg
        vision classify photos/ --model efficientnet_b0 --top 3 --json
        vision classify photo.jpg --model resnet50 --weights resnet50_imagenet1k_v1
        vision classify digit.png --model lenet_mnist --weights lenet.pth
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.") var images: [String]
  @Option(help: "The model: an id of 'vision models list'.") var model = "resnet18"
  @Option(help: ArgumentHelp("How many classes are shown.", valueName: "n")) var top = 5
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model is empty; expected an id of 'vision models list'") }
    guard top > 0 else { throw ValidationError("--top is \(top); expected 1 or more") }
  }

  func run() throws {
    common.apply()
    let classifier = try Classifier(ModelLoading.load(model, .classification, modelOptions))
    let inputs = InputExpansion.expand(images)
    let reporter = ImageReporter<ClassifiedImage>(json: common.json, total: inputs.count, text: Self.text) {
      [model = classifier.model] in Self.fields($0, model: model)
    }
    let run = ImageBatchRun<[Prediction], ClassifiedImage>(
      batch: modelOptions.batch, limits: limits.limits, prepare: { try classifier.prepare($0) },
      write: { ClassifiedImage(width: $0.image.width, height: $0.image.height, predictions: $1) })
    _ = run(
      inputs, isCancelled: { Console.isRunCancelled },
      compute: { try classifier.classify($0.map(\.prepared), top: top) },
      report: { reporter.report($0.image, $0.result) }
    )
    try reporter.end()
  }

  private struct ClassifiedImage: Sendable {
    let width: Int
    let height: Int
    let predictions: [Prediction]
  }

  @Sendable private static func text(_ image: String, _ found: ClassifiedImage) -> String {
    "\(image): " + found.predictions.map { "\($0.label) \(Shown.percentage(Double($0.score)))" }.joined(separator: ", ")
  }

  private static func fields(_ found: ClassifiedImage, model: String) -> [(String, JSONValue)] {
    let predictions = found.predictions.map {
      JSONValue.object([("label", .string($0.label)), ("class", .int($0.classIndex)), ("score", .float($0.score))])
    }
    return [
      ("width", .int(found.width)), ("height", .int(found.height)), ("model", .string(model)),
      ("predictions", .array(predictions)),
    ]
  }
}
