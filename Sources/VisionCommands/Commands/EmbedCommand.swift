import ArgumentParser
import Catalog
import Classification
import Imaging
import Support

/// `vision embed`.
struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Turn photos into feature vectors.",
    discussion: """
      The features that a classifier's last layer reads: photos of alike things have vectors that point alike. One JSON \
      line a photo with --json; without, its name and its numbers with tabs between them.

      EXAMPLES
        vision embed photos/ --json > vectors.jsonl
        vision embed photos/ --model vit_b_16 --normalize > vectors.tsv
      """)

  @Argument(help: "Images: files, folders, globs, @list.txt, or - for standard input.") var images: [String]
  @Option(help: "The model: an id of 'vision models list'.") var model = "resnet18"
  @Flag(help: "Scale every vector to length 1.") var normalize = false
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var limits: ImageLimitOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !model.isEmpty else { throw ValidationError("--model is empty; expected an id of 'vision models list'") }
  }

  func run() throws {
    common.apply()
    let classifier = try Classifier(ModelLoading.load(model, .classification, modelOptions))
    let inputs = InputExpansion.expand(images)
    let reporter = ImageReporter<[Float]>(
      json: common.json, total: inputs.count,
      text: { image, vector in ([image] + vector.map { "\($0)" }).joined(separator: "\t") },
      fields: { [model = classifier.model] vector in
        [("model", .string(model)), ("embedding", .array(vector.map(JSONValue.float)))]
      })
    let run = ImageBatchRun<[Float], [Float]>(
      batch: modelOptions.batch, limits: limits.limits, prepare: { try classifier.prepare($0) },
      write: { [normalize] _, vector in normalize ? Self.normalized(vector) : vector })
    _ = run(
      inputs, isCancelled: { Console.isRunCancelled }, compute: { try classifier.embed($0.map(\.prepared)) },
      report: { reporter.report($0.image, $0.result) })
    try reporter.end()
  }

  /// The vector divided by its Euclidean length; zeros stay zeros.
  private static func normalized(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? vector.map { Float(Double($0) / length) } : vector
  }
}
