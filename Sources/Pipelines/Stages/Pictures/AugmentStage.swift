import Augmentation
import Configuration
import Imaging

/// Changes pictures, and what a data set says of them, by a recipe.
public struct AugmentStage: ItemStage {
  static let recipe = Setting<YAMLNode?>.value(
    "recipe", "The recipe: a list of transforms, a file, or the name of one that comes with the toolkit.")
  static let seed = Setting<Int>.integer("seed", 0, in: 0...Int.max, "Seed of the random numbers.")
  static let copies = Setting<Int>.integer("copies", 1, in: 1...1024, "Samples made of each.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "augment", "Changes pictures and their annotations by a recipe.",
    settings: [recipe.declaration, seed.declaration, copies.declaration], main: "recipe", needs: [.image],
    gives: [.image], drops: [.detections, .masks, .tracks])

  private let recipe: Recipe
  private let seed: UInt64
  private let copies: Int

  /// Makes the recipe.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    recipe = try Self.recipe(settings)
    seed = UInt64(settings[Self.seed])
    copies = settings[Self.copies]
  }

  static func recipe(_ settings: SettingValues) throws -> Recipe {
    guard let node = settings[recipe] else { throw AugmentationError.recipe("there is no recipe") }
    if let name = node.text { return try AugmentationRun.recipe(name) }
    return try Recipe(RecipeValue(node))
  }

  /// A recipe that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    do {
      _ = try recipe(settings)
      return []
    } catch { return [ConfigurationFault(settings.position(of: "recipe"), "the recipe cannot be: \(error)")] }
  }

  /// The changed samples.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    let sample = try item.sample("augment")
    let all = try (0..<copies).flatMap { copy in
      try recipe.samples(of: sample, seed: seed, epoch: copy, index: item.index)
    }
    return all.enumerated().map { item.with($1, part: all.count > 1 ? $0 : nil) }
  }
}

extension Item {
  /// The picture with what a data set says of it.
  func sample(_ stage: String) throws -> Sample {
    Sample(
      image: try requireImage(stage), label: truth?.label, objects: truth?.objects, classMap: truth?.classMap)
  }

  /// The item with a changed sample; with a number where there are several.
  func with(_ sample: Sample, part: Int?) -> Item {
    var item = self
    item.image = sample.image
    item.size = sample.size
    if let part { item.parts.append(part) }
    guard truth != nil else { return item }
    item.truth?.label = sample.label
    item.truth?.objects = sample.objects
    item.truth?.classMap = sample.classMap
    return item
  }
}

/// One transform of the augmentation catalog by its own name, such as `resize: {size: 256}`.
public struct TransformStage: ItemStage {
  /// Stands for all; each has one by its name.
  public static let declaration: StageDeclaration = Self.declaration(of: "identity")

  static func declaration(of name: String) -> StageDeclaration {
    StageDeclaration(
      name, "The augmentation '\(name)', with its own parameters.", needs: [.image], gives: [.image],
      drops: [.detections, .masks, .tracks], allowsOtherSettings: true)
  }

  private let recipe: Recipe

  /// Makes the transform.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    recipe = try Self.recipe(context.kind, settings)
  }

  private static func recipe(_ kind: String, _ settings: SettingValues) throws(AugmentationError) -> Recipe {
    try Recipe(.list([.map([kind: .map(settings.values.mapValues { RecipeValue($0) })])]))
  }

  /// Parameters that cannot be.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    do {
      _ = try recipe(context.kind, settings)
      return []
    } catch {
      let text = "\(error)".split(separator: ": ", maxSplits: 1).last.map(String.init) ?? "\(error)"
      return [ConfigurationFault(settings.position, "\(error)".hasPrefix("step 1: ") ? text : "\(error)")]
    }
  }

  /// The changed sample.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    let all = try recipe.samples(of: item.sample(recipe.steps.first?.name ?? "transform"), seed: 0, index: item.index)
    return all.enumerated().map { item.with($1, part: all.count > 1 ? $0 : nil) }
  }
}
