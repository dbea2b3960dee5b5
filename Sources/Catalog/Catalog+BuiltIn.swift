import Checkpoints
import Models

extension Catalog {
  /// The weights that come with the toolkit, trained by it: what a task falls back on where its default's are not here.
  public static func builtInWeights(_ task: ModelTask) -> String {
    switch task {
    case .classification: "cifar10_builtin"
    case .detection: "yolo_scenes"
    case .segmentation: "unet_scenes"
    case .styleTransfer: "style_waves"
    }
  }
}

extension ModelLoader {
  /// The default model of a task, or the built-in one where the default's weights are not here and cannot be had: then also a
  /// line that says so.
  public func loadDefault(_ request: ModelRequest) throws -> (model: LoadedModel, notice: String?) {
    do { return (try load(request), nil) } catch {
      guard request.weights == nil, let task = request.task,
        let entry = try? Catalog.entry(request.model), let lacking = missing(entry),
        let manifest = try? Manifest.load(id: Catalog.builtInWeights(task), in: locator.requiredHome()),
        manifest.files.allSatisfy({ locator.search(for: $0).found != nil })
      else { throw error }
      var other = request
      other.model = manifest.model
      other.weights = manifest.id
      let size = lacking.files.first?.bytes.map { ", \(byteText($0))" } ?? ""
      return (
        try load(other),
        "the weights of \(entry.id) are not here (\(lacking.id)\(size)): `vision models pull \(entry.id)` gets them; "
          + "using the built-in \(manifest.id) instead: \(manifest.summary)"
      )
    }
  }

  /// The manifest of an entry's default weights, where they are not on this machine.
  private func missing(_ entry: ModelEntry) -> Manifest? {
    guard let id = entry.defaultWeights, let home = try? locator.requiredHome(),
      let manifest = try? Manifest.load(id: id, in: home)
    else { return nil }
    return manifest.files.contains { locator.search(for: $0).found == nil } ? manifest : nil
  }
}

extension Manifest {
  /// A few words about what the weights know.
  var summary: String {
    let metric = metrics.first.map { ", \($0.name) \($0.value)% on \($0.data)" } ?? ""
    return "a small network\(metric)"
  }
}
