import Catalog
import Classification
import Configuration
import Imaging

/// Names what pictures show.
public struct ClassifyStage: BatchStage {
  static let top = Setting<Int>.integer("top", 5, in: 1...Int.max, "How many classes are kept.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "classify", "Names what pictures show.", settings: ModelSettings.all(.classification) + [top.declaration],
    main: "model", needs: [.image], gives: [.classes])

  private let classifier: Classifier
  private let top: Int
  private let name: String
  /// Samples at a time.
  public let batch: Int
  /// The hash of its weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let loaded = try context.models.load(settings, .classification)
    classifier = try Classifier(loaded.model)
    record = loaded.record
    top = settings[Self.top]
    batch = settings[ModelSettings.batch]
    name = context.name
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, .classification)
  }

  /// Detections keep their own.
  public static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]? {
    context.input?.components.contains(.detections) == true
      ? context.input?.labels : context.models.labels(settings, .classification)
  }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage {
    try classifier.prepare(item.requireImage(name))
  }

  /// The samples with their classes.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    zip(items, try classifier.classify(prepared, top: top)).map { item, classes in
      var item = item
      item.classes = classes
      item.models.append((name, classifier.model))
      return item
    }
  }
}

/// Turns pictures into feature vectors.
public struct EmbedStage: BatchStage {
  static let normalize = Setting<Bool>.flag("normalize", false, "Scale every vector to length 1.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "embed", "Turns pictures into feature vectors.",
    settings: ModelSettings.all(.classification) + [normalize.declaration], main: "model", needs: [.image],
    gives: [.embedding])

  private let classifier: Classifier
  private let normalize: Bool
  private let name: String
  /// Samples at a time.
  public let batch: Int
  /// The hash of its weights.
  public let record: [(String, YAMLNode)]

  /// Loads the model.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    let loaded = try context.models.load(settings, .classification)
    classifier = try Classifier(loaded.model)
    record = loaded.record
    normalize = settings[Self.normalize]
    batch = settings[ModelSettings.batch]
    name = context.name
  }

  /// An unknown model.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    context.models.faults(settings, .classification)
  }

  /// The network's input.
  public func prepare(_ item: Item) throws -> PreparedImage {
    try classifier.prepare(item.requireImage(name))
  }

  /// The samples with their vectors.
  public func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item] {
    zip(items, try classifier.embed(prepared)).map { item, vector in
      var item = item
      item.embedding = normalize ? Self.normalized(vector) : vector
      item.models.append((name, classifier.model))
      return item
    }
  }

  /// The vector divided by its Euclidean length; zeros stay zeros.
  static func normalized(_ vector: [Float]) -> [Float] {
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    return length > 0 ? vector.map { Float(Double($0) / length) } : vector
  }
}
