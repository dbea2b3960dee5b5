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

  /// Whether there is one sample for each: no step makes several of one, as `five_crop` does.
  public var isOneToOne: Bool { !steps.contains { $0.augmentation is any MultiplyingAugmentation } }

  /// The sample after all steps.
  ///
  /// - Parameters:
  ///   - seed: of the whole run.
  ///   - epoch: of the run; each gives other samples.
  ///   - index: the sample's place in the data set.
  ///   - partner: gives the other samples that mixing augmentations want.
  /// - Throws: `AugmentationError`; `sample` where the recipe is not one-to-one.
  public func callAsFunction(
    _ sample: Sample, seed: UInt64, epoch: Int = 0, index: Int = 0, partner: DrawContext.Partner? = nil
  ) throws(AugmentationError) -> Sample {
    var sample = sample
    for (place, step) in steps.enumerated() {
      var context = context(of: place, seed: seed, epoch: epoch, index: index, partner: partner)
      sample = try step.augmentation(sample, &context)
    }
    return sample
  }

  /// All samples that the steps make of one: one, or the crops of `five_crop` and `ten_crop`, which all go through the
  /// steps after them with the same numbers drawn. Parameters and errors as those of a single sample.
  public func samples(
    of sample: Sample, seed: UInt64, epoch: Int = 0, index: Int = 0, partner: DrawContext.Partner? = nil
  ) throws(AugmentationError) -> [Sample] {
    var samples = [sample]
    for (place, step) in steps.enumerated() {
      var next: [Sample] = []
      for sample in samples {
        if let multiplying = step.augmentation as? any MultiplyingAugmentation {
          next += try multiplying.samples(of: sample)
        } else {
          var context = context(of: place, seed: seed, epoch: epoch, index: index, partner: partner)
          next.append(try step.augmentation(sample, &context))
        }
      }
      samples = next
    }
    return samples
  }

  /// Each step has numbers of its own: a change of one leaves the others' as they were.
  private func context(
    of place: Int, seed: UInt64, epoch: Int, index: Int, partner: DrawContext.Partner?
  ) -> DrawContext {
    DrawContext(
      RandomDraws(seed: seed, purpose: "recipe/\(place)/\(steps[place].name)", epoch: epoch, index: index),
      partner: partner)
  }
}
