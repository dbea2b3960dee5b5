import Checkpoints
import Downloads
import Imaging
import Models
import NeuralNetwork
import TensorCore

/// What is known of a model: from the catalog, from its network, and from the manifest of its weights.
public struct ModelCard: Sendable {
  /// The catalog's entry.
  public let entry: ModelEntry
  /// The manifest of its weights: the one named, else the default; nil where nobody publishes any.
  public let manifest: Manifest?
  /// The network's costs; an error where shapes alone do not tell, nil where a file describes the network.
  public let cost: Result<NetworkCost, ShapeError>?
  private let trainable: Int?
  private let inputSize: ImageSize

  /// The card of a catalog's id, an alias or a manifest's id, with costs for inputs of a size. Throws `CatalogError`,
  /// `WeightsError`.
  public init(_ name: String, library: WeightsLibrary, inputSize size: ImageSize? = nil) throws {
    do throws(CatalogError) {
      entry = try Catalog.entry(name)
      manifest = try? entry.defaultWeights.map { id throws in try library.manifest(id) }
    } catch {
      guard let named = try? library.manifest(Catalog.normalized(name)) else { throw error }
      entry = try Catalog.entry(named.model)
      manifest = named
    }
    let side = manifest?.options.imageSize
    let inputSize = size ?? side.map { ImageSize(width: $0, height: $0) } ?? entry.inputSize
    self.inputSize = inputSize
    guard case .network(let build) = entry.builder else {
      (cost, trainable) = (nil, nil)
      return
    }
    var options = entry.options
    options.imageSize = side ?? options.imageSize
    options.classes = manifest?.options.classes ?? options.classes
    let store = ParameterStore()
    let network = build(store.root, options)
    trainable = store.parameters.reduce(0) { $0 + ($1.kind == .trainable ? $1.spec.count : 0) }
    let shape = [1, entry.channels, inputSize.height, inputSize.width]
    cost = Result { () throws(ShapeError) in
      try NetworkCost(input: shape) { (x) throws(ShapeError) in _ = try network.rawOutputs(for: x) }
    }
  }

  /// Lines of text: name, value.
  public var facts: [(name: String, value: String)] {
    var lines: [(name: String, value: String)] = [
      ("id", manifest?.id ?? entry.id), ("model", entry.id), ("about", entry.summary), ("family", entry.family),
    ]
    if manifest == nil { lines += [("task", entry.task.rawValue), ("paper", entry.paper)] }
    if entry.options.classes > 0 { lines.append(("classes", "\(manifest?.options.classes ?? entry.options.classes)")) }
    if let trainable { lines.append(("parameters", "\(trainable)")) }
    if case .success(let cost)? = cost {
      lines.append(("multiply-adds", "\(cost.multiplyAdds) (\(inputSize.width)x\(inputSize.height))"))
    }
    if let contract = manifest?.inputContract ?? (try? entry.contract()) {
      lines.append(("input", contract.description))
    }
    if manifest == nil { lines.append(("weights", "nobody publishes any")) }
    return lines
  }

  /// The costs, or the error that says why there are none.
  public func requiredCost() throws -> NetworkCost {
    guard let cost else {
      throw CatalogError.incomplete(
        file: entry.id, problem: "its layers are described by a .cfg file, not by the catalog")
    }
    return try cost.get()
  }
}
