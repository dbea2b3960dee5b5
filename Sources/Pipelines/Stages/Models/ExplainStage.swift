import Catalog
import Configuration
import Imaging
import Models
import Support
import TensorCore

/// Shows where in a picture a network sees a class, and what it makes of the picture on the way.
public struct ExplainStage: BatchStage {
  static let model = Setting<String>.text(
    "model", "resnet18", kind: .model(task: nil), "A classifier or a YOLOX detector: an id of 'vision models list'.")
  static let label = Setting<String?>.optionalText(
    "class", "The class, by name or number; none for the most probable one.")
  static let top = Setting<Int>.integer("top", 5, in: 1...1000, "How many classes are told.")
  static let inputSize = Setting<(width: Int, height: Int)?>.size(
    "input_size", limit: 4096, "The size that the network is fed; none for that of its contract.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "explain", "Shows where in a picture a network sees a class.",
    settings: [
      model.declaration, label.declaration, top.declaration, inputSize.declaration, ModelSettings.weights.declaration,
      ModelSettings.seed.declaration, ModelSettings.sha256.declaration,
    ], main: "model", needs: [.image], gives: [.image, .classes], drops: [.detections, .masks])

  private let loaded: LoadedModel
  private let contract: InputContract
  private let wanted: Int?
  private let top: Int
  private let name: String
  /// Samples at a time.
  public let batch = 1
  /// The hash of the network's weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let isDefault = settings.written("model") == nil
    let (loaded, record) = try context.models.load(
      settings, settings[Self.model], isDefault ? .classification : nil, isDefault: isDefault)
    self.loaded = loaded
    self.record = record
    top = settings[Self.top]
    name = context.name
    contract =
      settings[Self.inputSize].map { size in
        loaded.contract.resized(to: ImageSize(width: size.width, height: size.height))
      } ?? loaded.contract
    wanted = try settings[Self.label].map { text in
      if let number = Int(text), number >= 0 { return number }
      if let index = loaded.labels.firstIndex(where: { $0.lowercased() == text.lowercased() }) { return index }
      throw ConfigurationError(
        [.unknown("class", text, among: loaded.labels, at: settings.position(of: "class"))])
    }
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, settings[model], key: "model", nil)
  }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage { try contract.prepare(item.requireImage(name)) }

  /// The samples with the evidence drawn over them.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    try zip(items, prepared).map { item, input in
      var item = item
      let image = try item.requireImage(name)
      let explanation = try Explanation(loaded, input, wanted: wanted, top: top)
      item.image = try image.overlaid(heat: explanation.evidence.values)
      item.models.append((name, loaded.id))
      item.classes = explanation.predictions
      item.facts += [
        ("class", .int(explanation.prediction.classIndex)), ("label", .string(explanation.prediction.label)),
        ("stages", .array(stages(image, input, explanation))),
      ]
      return item
    }
  }

  /// What the network made of the picture, step by step.
  private func stages(_ image: Image, _ input: PreparedImage, _ explanation: Explanation) -> [JSONValue] {
    let seen = input.placement.original(
      Box(x1: 0, y1: 0, x2: Float(input.width), y2: Float(input.height))
    ).clipped(to: image.size)
    var stages: [JSONValue] = [
      .object([("stage", .string("decoded")), ("width", .int(image.width)), ("height", .int(image.height))]),
      .object([
        ("stage", .string("input")), ("width", .int(input.width)), ("height", .int(input.height)),
        ("of", seen.json), ("contract", .string(contract.description)),
      ]),
    ]
    stages += explanation.maps.map { map in
      .object([
        ("stage", .string("features")), ("channels", .int(map.channels)), ("width", .int(map.width)),
        ("height", .int(map.height)),
      ])
    }
    let prediction = explanation.prediction
    stages.append(
      .object([("stage", .string("scores")), ("predictions", .array(explanation.predictions.map(\.json)))]))
    var evidence: [(String, JSONValue)] = [
      ("stage", .string("evidence")), ("label", .string(prediction.label)), ("class", .int(prediction.classIndex)),
      ("score", .float(prediction.score)),
    ]
    if let peak = explanation.evidence.peak { evidence.append(("peak", .array([.int(peak.x), .int(peak.y)]))) }
    if let focus = explanation.evidence.bounds() { evidence.append(("focus", focus.json)) }
    stages.append(.object(evidence))
    return stages
  }
}
