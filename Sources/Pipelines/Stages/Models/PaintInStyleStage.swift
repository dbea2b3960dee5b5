import Catalog
import Configuration
import Imaging
import StyleTransfer
import Support

/// Paints pictures in the style of another picture, by optimisation.
public struct PaintInStyleStage: BatchStage {
  private static let weight = 0.0...1e12
  static let style = Setting<String>.text("style", kind: .file, "The picture whose style is taken over.")
  static let styleSize = Setting<Int?>.integer(
    "style_size", in: 8...ImageLimits.standard.maximumSide,
    "Longer side that the style picture gets first; none for that of the content.")
  static let model = Setting<String?>.optionalText(
    "features", kind: .model(task: nil),
    "The trained network whose features are compared; none for vgg19 where its weights are here, else one that is.")
  static let steps = Setting<Int>.integer("steps", 300, in: 0...100_000, "Steps of the optimiser.")
  static let optimizer = Setting<StyleOptimizationSettings.Optimizer>.choice("optimizer", .lbfgs, "The optimiser.")
  static let rate = Setting<Double?>.number(
    "learning_rate", in: 0...1000, "Length of the steps; none for the optimiser's own: lbfgs 1, adam 0.02.")
  static let contentWeight = Setting<Double>.number("content_weight", 1, in: weight, "How much the content counts.")
  static let styleWeight = Setting<Double?>.number(
    "style_weight", in: weight, "How much the style counts; none for what suits the network.")
  static let variationWeight = Setting<Double>.number(
    "tv_weight", 0, in: weight, "How much smoothness (total variation) counts.")
  static let styleLayers = Setting<[String]>.texts(
    "style_layers", [], "Layers of the style, such as relu1_1 or a path; none for the first of each size.")
  static let contentLayers = Setting<[String]>.texts(
    "content_layers", [], "Layers of the content; none for relu4_2 or what comes next to it.")
  static let start = Setting<StyleOptimizationSettings.Start>.choice("init", .content, "What the picture is at first.")
  static let keepsColors = Setting<Bool>.flag("keep_colors", false, "Keep the content's colours.")
  static let history = Setting<Int>.integer("history", 20, in: 1...1000, "Changes that lbfgs remembers.")
  static let preview = Setting<String?>.optionalText(
    "preview", kind: .output, "A PNG or JPEG file that shows the picture while it is painted.")
  static let previewEvery = Setting<Int>.integer("preview_every", 25, in: 1...100_000, "Steps between previews.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "paint_in_style", "Paints pictures in the style of another picture, by optimisation.",
    settings: [
      style.declaration, styleSize.declaration, model.declaration, ModelSettings.weights.declaration,
      ModelSettings.seed.declaration, ModelSettings.precision.declaration, ModelSettings.sha256.declaration,
      steps.declaration, optimizer.declaration,
      rate.declaration, contentWeight.declaration, styleWeight.declaration, variationWeight.declaration,
      styleLayers.declaration, contentLayers.declaration, start.declaration, keepsColors.declaration,
      history.declaration, preview.declaration, previewEvery.declaration,
    ], main: "style", needs: [.image], gives: [.image], drops: [.detections, .masks])

  private let optimization: StyleOptimization
  private let features: String
  private let stylePicture: Image
  private let styleSize: Int?
  private let steps: Int
  private let preview: String?, previewEvery: Int
  private let name: String
  private let monitor: WorkMonitor
  /// Samples at a time.
  public let batch = 1
  /// The hash of the network's weights.
  public let record: [(String, YAMLNode)]

  /// Loads the network and the style.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let named = settings[Self.model] ?? context.models.firstAvailable(FeatureReader.usual)
    let loaded = try context.models.load(settings, named ?? FeatureReader.usual[0], nil)
    features = loaded.model.id
    record = loaded.record
    var wanted = StyleOptimizationSettings()
    wanted.steps = settings[Self.steps]
    wanted.optimizer = settings[Self.optimizer]
    wanted.learningRate = settings[Self.rate]
    wanted.contentWeight = settings[Self.contentWeight]
    wanted.styleWeight = settings[Self.styleWeight]
    wanted.variationWeight = settings[Self.variationWeight]
    let styleLayers = settings[Self.styleLayers], contentLayers = settings[Self.contentLayers]
    wanted.styleLayers = styleLayers.isEmpty ? nil : styleLayers
    wanted.contentLayers = contentLayers.isEmpty ? nil : contentLayers
    wanted.start = settings[Self.start]
    wanted.seed = UInt64(settings[ModelSettings.seed])
    wanted.keepsColors = settings[Self.keepsColors]
    wanted.history = settings[Self.history]
    optimization = try StyleOptimization(FeatureReader(loaded.model), wanted)
    let path = settings[Self.style]
    do { stylePicture = try Image.read(path: path) } catch let error as ImageError {
      throw PipelineError.damaged(file: path, error)
    }
    styleSize = settings[Self.styleSize]
    steps = wanted.steps
    preview = settings[Self.preview]
    previewEvery = settings[Self.previewEvery]
    name = context.name
    monitor = context.monitor
  }

  /// An unknown network, a file that is not there.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    settings[model].map { context.models.faults(settings, $0, key: "features", nil) } ?? []
  }

  /// The picture's levels.
  public func prepare(_ item: Item) throws -> PreparedImage {
    try StyleOptimization.prepare(item.requireImage(name))
  }

  /// The painted sample.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    try zip(items, prepared).map { item, content in
      let longest = styleSize ?? max(content.width, content.height)
      let size = stylePicture.size.scaled(longestSide: longest)
      let style = try StyleOptimization.prepare(
        stylePicture.resized(width: size.width, height: size.height, filter: .lanczos))
      let painted = try optimization(content: content, style: style) { progress in
        if let preview, progress.step % previewEvery == 0, progress.step < steps {
          let picture = try progress.picture()
          try AtomicFile.write(
            preview.lowercased().hasSuffix(".png") ? picture.pngData() : picture.jpegData(quality: 90), to: preview)
        }
        monitor.report(
          progress.step, steps,
          "content \(Self.digits(progress.contentLoss)), style \(Self.digits(progress.styleLoss))")
        return !monitor.isCancelled()
      }
      var item = item
      item.image = painted.image
      item.isUnfinished = painted.steps < steps
      item.size = painted.image.size
      item.models.append((name, features))
      item.facts += [
        ("steps", .int(painted.steps)), ("content_loss", .double(painted.contentLoss)),
        ("style_loss", .double(painted.styleLoss)),
      ]
      return item
    }
  }

  /// Three digits that tell.
  static func digits(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return "\(value)" }
    var scale = 1.0
    while value.magnitude * scale < 100 { scale *= 10 }
    return "\((value * scale).rounded() / scale)"
  }
}
