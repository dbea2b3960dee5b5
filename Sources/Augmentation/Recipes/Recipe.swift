import Imaging

/// A named list of augmentations. The same seed, epoch and index give the same sample, on any number of threads.
public struct Recipe: Sendable {
  /// A step as written and as made.
  public struct Step: Sendable {
    /// The augmentation's name, such as `random_resized_crop`.
    public let name: String
    /// The step as it was written.
    public let value: RecipeValue
    /// The augmentation.
    public let augmentation: any Augmentation
  }

  /// The recipe's name, or nothing.
  public let name: String
  /// In the order of their doing.
  public let steps: [Step]

  /// A recipe of a list of steps, or of a map `{name: TEXT, transforms: LIST}`. A step is an augmentation's name, or a
  /// map of its name to its parameters. Throws `AugmentationError` that names the step and what is wrong with it.
  public init(_ value: RecipeValue, name: String = "") throws(AugmentationError) {
    var name = name
    var list = value
    if case .map(let map) = value {
      for key in map.keys.sorted() where key != "name" && key != "transforms" {
        throw .recipe("there is no '\(key)' in a recipe; it has a 'name' and 'transforms'")
      }
      guard let transforms = map["transforms"] else { throw .recipe("it has no 'transforms'") }
      list = transforms
      if let text = map["name"] {
        guard case .text(let given) = text else { throw .recipe("its name is \(text.kind); expected a text") }
        name = given
      }
    }
    guard case .list(let entries) = list else { throw .recipe("its transforms are \(list.kind); expected a list") }
    var steps: [Step] = []
    for (index, entry) in entries.enumerated() {
      do {
        let made = try AugmentationCatalog.make(entry)
        steps.append(Step(name: made.name, value: entry, augmentation: made.augmentation))
      } catch .recipe(let what) {
        throw .recipe("step \(index + 1): \(what)")
      } catch .parameter(let owner, let what) {
        throw .recipe("step \(index + 1): \(owner): \(what)")
      }
    }
    self.name = name
    self.steps = steps
  }

  /// The recipe as a value that makes the same one.
  public var value: RecipeValue {
    .map(["name": .text(name), "transforms": .list(steps.map(\.value))])
  }

  /// The sample after all steps.
  ///
  /// - Parameters:
  ///   - seed: of the whole run.
  ///   - epoch: of the run; each gives other samples.
  ///   - index: the sample's place in the data set.
  ///   - partner: gives the other samples that mixing augmentations want.
  /// - Throws: `AugmentationError`.
  public func callAsFunction(
    _ sample: Sample, seed: UInt64, epoch: Int = 0, index: Int = 0, partner: DrawContext.Partner? = nil
  ) throws(AugmentationError) -> Sample {
    var sample = sample
    for (place, step) in steps.enumerated() {
      // Each step has numbers of its own: a change of one leaves the others' as they were.
      let random = RandomDraws(seed: seed, purpose: "recipe/\(place)/\(step.name)", epoch: epoch, index: index)
      var context = DrawContext(random, partner: partner)
      sample = try step.augmentation(sample, &context)
    }
    return sample
  }
}
