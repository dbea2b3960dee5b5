import ArgumentParser
import Pipelines
import StyleTransfer

/// Options of `style-transfer --style`.
struct StyleOptimizationOptions: ParsableArguments {
  @Option(help: "Network whose features are compared (default: vgg19 where its weights are here, else one that is).")
  var features: String?
  @Option(help: ArgumentHelp("Steps of the optimiser (default: 300).", valueName: "n")) var steps: Int?
  @Option(help: "lbfgs or adam (default: lbfgs).") var optimizer: StyleOptimizationSettings.Optimizer?
  @Option(help: ArgumentHelp("Length of the steps (default: lbfgs 1, adam 0.02).", valueName: "x"))
  var learningRate: Double?
  @Option(help: ArgumentHelp("How much the content counts (default: 1).", valueName: "x")) var contentWeight: Double?
  @Option(help: ArgumentHelp("How much the style counts (default: what suits the network).", valueName: "x"))
  var styleWeight: Double?
  @Option(help: ArgumentHelp("How much smoothness counts (default: 0).", valueName: "x")) var tvWeight: Double?
  @Option(help: ArgumentHelp("Layers of the style, such as relu1_1,relu2_1.", valueName: "names"))
  var styleLayers: String?
  @Option(help: ArgumentHelp("Layers of the content, such as relu4_2.", valueName: "names")) var contentLayers: String?
  @Option(help: ArgumentHelp("Longer side of the style picture (default: as the photo's).", valueName: "n"))
  var styleSize: Int?
  @Option(help: "What the picture is at first: content or noise (default: content).")
  var `init`: StyleOptimizationSettings.Start?
  @Flag(help: "Keep the photo's colours; its brightness alone is painted.") var keepColors = false
  @Option(help: ArgumentHelp("A picture that is written while it is painted.", valueName: "file")) var preview: String?
  @Option(help: ArgumentHelp("Steps between previews (default: 25).", valueName: "n")) var previewEvery: Int?
  @Option(help: ArgumentHelp("Changes that lbfgs remembers (default: 20).", valueName: "n")) var history: Int?

  /// The options that were given.
  var given: [String] {
    let values: [(String, Bool)] = [
      ("--features", features != nil), ("--steps", steps != nil), ("--optimizer", optimizer != nil),
      ("--learning-rate", learningRate != nil), ("--content-weight", contentWeight != nil),
      ("--style-weight", styleWeight != nil), ("--tv-weight", tvWeight != nil),
      ("--style-layers", styleLayers != nil), ("--content-layers", contentLayers != nil),
      ("--style-size", styleSize != nil), ("--init", `init` != nil), ("--keep-colors", keepColors),
      ("--preview", preview != nil), ("--preview-every", previewEvery != nil), ("--history", history != nil),
    ]
    return values.filter(\.1).map(\.0)
  }

  /// The stage's settings: what was given.
  func settings(_ style: String, _ model: ModelOptions) -> PipelineValue {
    func names(_ text: String?) -> PipelineValue {
      text.map { .texts($0.split(separator: ",").map(String.init)) } ?? .none
    }
    func number(_ value: Double?) -> PipelineValue { value.map { .number($0) } ?? .none }
    func integer(_ value: Int?) -> PipelineValue { value.map { .integer($0) } ?? .none }
    return [
      "style": .text(style), "features": features.map { .text($0) } ?? .none,
      "weights": model.weights.map { .text($0) } ?? .none,
      "seed": model.seed == 0 ? .none : .integer(Int(clamping: model.seed)),
      "precision": model.precision == .fp32 ? .none : .text(model.precision.rawValue), "steps": integer(steps),
      "optimizer": optimizer.map { .text($0.rawValue) } ?? .none, "learning_rate": number(learningRate),
      "content_weight": number(contentWeight), "style_weight": number(styleWeight), "tv_weight": number(tvWeight),
      "style_layers": names(styleLayers), "content_layers": names(contentLayers), "style_size": integer(styleSize),
      "init": `init`.map { .text($0.rawValue) } ?? .none, "keep_colors": keepColors ? .bool(true) : .none,
      "preview": preview.map { .text($0) } ?? .none, "preview_every": integer(previewEvery),
      "history": integer(history),
    ]
  }
}

extension StyleOptimizationSettings.Optimizer: ExpressibleByArgument {}
extension StyleOptimizationSettings.Start: ExpressibleByArgument {}
