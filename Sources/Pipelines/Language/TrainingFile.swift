import Configuration
import Training

/// A recipe of training in the language of pipelines: `train:` beside `parameters`, `environment` and `extends`.
public enum TrainingFile {
  /// Reads one. `overrides` are parameters by name and settings by path, such as `optimizer.learning_rate`, in place of the
  /// file's. Throws `FileError`, or `ConfigurationError` with all faults.
  public static func recipe(path: String, overrides: [(path: String, value: String)] = []) throws -> TrainingRecipe {
    let node = try YAMLReader.read(path: path)
    // Settings without 'train' around them are a recipe, too.
    guard ["train", "extends", "stages"].contains(where: { node[$0] != nil }) else {
      return try TrainingRecipe(node, overrides: overrides)
    }
    var reader = PipelineReader()
    var definition = try reader.read(path: path)
    guard let training = definition.training else {
      throw ConfigurationError(
        reader.faults + [
          ConfigurationFault(
            node.position, "'\(definition.name)' has no 'train'; a pipeline is run by: vision run FILE")
        ])
    }
    let parameters = Set(definition.parameters.map(\.name))
    try Overrides.apply(
      Overrides.parse(overrides.filter { parameters.contains($0.path) }.map { "\($0.path)=\($0.value)" }),
      to: &definition)
    var references = References(definition, verb: "train")
    let resolved = references.resolve(training)
    for parameter in definition.parameters where !references.used.contains(parameter.name) {
      if parameter.standard != nil { _ = references.value(of: parameter.name, at: parameter.position) }
    }
    let faults = reader.faults + references.faults
    do throws(ConfigurationError) {
      let recipe = try TrainingRecipe(resolved, overrides: overrides.filter { !parameters.contains($0.path) })
      guard faults.isEmpty else { throw ConfigurationError(faults) }
      return recipe
    } catch {
      // What is wrong with a setting that a reference could not fill is no news.
      let places = Set(faults.map(\.position))
      let all = faults + error.faults.filter { !places.contains($0.position) && !faults.contains($0) }
      let isUsage = all.allSatisfy { $0.position.file == Overrides.origin.file }
      throw ConfigurationError(
        all.sorted { $0.position < $1.position }, exitCode: isUsage ? .usage : nil)
    }
  }
}
