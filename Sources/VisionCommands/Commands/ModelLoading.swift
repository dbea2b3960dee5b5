import Catalog
import Checkpoints
import Downloads
import Models
import NeuralNetwork
import Support

/// Loads the model that a command's options name, with notes and progress on standard error.
enum ModelLoading {
  static func load(_ model: String, _ task: ModelTask?, _ options: ModelOptions) throws -> LoadedModel {
    let locator = WeightsLocator.standard(isOffline: options.offline)
    let loader = ModelLoader(locator: locator, packed: KeptWeights.cache(locator)) { manifest in
      defer { Console.shared.endProgress() }
      let pulled = try WeightsLibrary(locator: locator).pull(manifest, progress: progress)
      for note in pulled.notes { Console.shared.warning(note) }
    }
    let loaded = try loader.load(
      ModelRequest(
        model: model, weights: options.weights, seed: options.seed, task: task, precision: options.precision))
    note(loaded)
    return loaded
  }

  /// Says what was loaded, where details are wanted.
  @Sendable static func note(_ loaded: LoadedModel) {
    Console.shared.detail(
      "\(loaded.id): \(loaded.parameters.trainableCount) parameters from \(loaded.weightsPath ?? "random numbers")")
  }

  /// A manifest's id as a user may write it.
  static func manifestID(_ name: String) -> String {
    guard let entry = try? Catalog.entry(name) else { return name }
    return entry.defaultWeights ?? entry.id
  }

  /// Shows how far a pull is; stops it at Ctrl-C.
  @Sendable static func progress(_ state: DownloadProgress) -> Bool {
    let total = state.total.map { " of \(byteText($0))" } ?? ""
    Console.shared.progress("\(state.name): \(state.phase) \(byteText(state.received))\(total)")
    return !Interruption.isRequested
  }
}
