import Imaging
import Models
import NeuralNetwork
import TensorCore

/// A trained network as style transfer by optimisation reads it: features of any of its layers.
///
/// Layers have the names that Gatys gave VGG's: `reluK_I` is the rectified output of the I-th convolution (with its
/// normalisation, where it has one) at the K-th size, counted from 1; or they are named by their path, unrectified.
/// Gatys et al. 2015, arXiv 1508.06576.
public struct FeatureReader: Sendable {
  /// A layer that can be read.
  public struct Layer: Sendable, Hashable {
    /// Such as `relu4_2`.
    public let name: String
    /// Such as `features.21`.
    public let path: String
    /// By how much smaller than the picture its map is.
    let scale: Int
  }

  /// The catalog id, as in results.
  public let model: String
  /// The rectified layers, from the largest map on.
  public let layers: [Layer]
  let network: any Network
  let parameters: ParameterStore
  private let factors: [Float], offsets: [Float]
  private let isReversed: Bool
  private let paths: Set<String>

  /// A reader of a network whose parameters are in `parameters`. Throws `ShapeError` where it has no layers that can be
  /// read, or takes grey pictures.
  public init(
    model: String, network: any Network, parameters: ParameterStore, contract: InputContract
  ) throws(ShapeError) {
    guard contract.channels.count == 3 else {
      throw ShapeError(.argument, "features", "\(model) takes grey pictures; style needs colours")
    }
    self.model = model
    self.network = network
    self.parameters = parameters
    factors = contract.standardDeviation.map { Float(255 * contract.scale / $0) }
    offsets = zip(contract.mean, contract.standardDeviation).map { Float(-$0 / $1) }
    isReversed = contract.channels == .bgr
    // Shapes alone tell what is where.
    let trace = LayerTrace(), side = 128
    let spec = TensorSpec([1, 3, side, side], .float32)
    _ = try Recording().run(inputs: [spec]) { inputs throws(ShapeError) in
      try trace.run { () throws(ShapeError) in try network.rawOutputs(for: inputs[0]) }
    }
    let maps = trace.outputs.filter { $0.tensor.rank == 4 && $0.tensor.shape[0] == 1 && $0.tensor.shape[2] > 1 }
    let normalized = maps.filter { parameters[$0.name + ".running_mean"] != nil }
    let convolutions = maps.filter { parameters[$0.name + ".weight"]?.spec.shape.count == 4 }
    let sides = Set(maps.map { $0.tensor.shape[2] }).sorted(by: >)
    var counts: [Int: Int] = [:]
    var layers: [Layer] = []
    for (name, tensor) in normalized.isEmpty ? convolutions : normalized {
      let size = tensor.shape[2], number = (sides.firstIndex(of: size) ?? 0) + 1
      counts[size, default: 0] += 1
      layers.append(Layer(name: "relu\(number)_\(counts[size] ?? 1)", path: name, scale: side / size))
    }
    guard !layers.isEmpty else { throw ShapeError(.argument, "features", "\(model) has no convolutions to read") }
    self.layers = layers
    paths = Set(maps.map { $0.name })
  }

  /// The first layer of each size, at most five: those of Gatys' style.
  public var styleLayers: [String] { layers.map(\.name).filter { $0.hasSuffix("_1") }.prefix(5).map { $0 } }

  /// The second layer at an eighth of the picture's size (`relu4_2` of a VGG), or what comes next to it: Gatys' content.
  public var contentLayers: [String] {
    let scales = layers.map(\.scale)
    guard let scale = scales.filter({ $0 <= 8 }).max() ?? scales.min() else { return [] }
    let there = layers.filter { $0.scale == scale }
    return [there[min(1, there.count - 1)].name]
  }

  /// Throws `ShapeError` naming a layer that the network does not have.
  func check(_ names: [String]) throws(ShapeError) {
    for name in names where !paths.contains(name) && !layers.contains(where: { $0.name == name }) {
      throw ShapeError(
        .argument, "features",
        "\(model) has no layer '\(name)'; it has \(layers.map(\.name).joined(separator: " "))")
    }
  }

  /// The features at layers of pictures `[N, 3, H, W]`, RGB, 0 to 1.
  package func features(of picture: Tensor, at names: [String]) throws(ShapeError) -> [String: Tensor] {
    let input = try normalized(picture)
    let trace = LayerTrace()
    _ = try trace.run { () throws(ShapeError) in try network.rawOutputs(for: input) }
    var found: [String: Tensor] = [:]
    for (path, tensor) in trace.outputs {
      if names.contains(path) { found[path] = tensor }
      if let layer = layers.first(where: { $0.path == path }), names.contains(layer.name) {
        found[layer.name] = try tensor.relu()
      }
    }
    return found
  }

  /// The sum of the mean squares of maps.
  static func energy(of maps: [Tensor]) throws(ShapeError) -> Double {
    var energy = 0.0
    for map in maps { energy += Double(try (map * map).mean().floats()[0]) }
    return energy
  }

  /// The picture as the network reads it.
  private func normalized(_ picture: Tensor) throws(ShapeError) -> Tensor {
    var input = picture
    if isReversed {
      input = try Tensor.concatenate(
        [2, 1, 0].map { channel throws(ShapeError) in try picture.narrow(axis: 1, start: channel, length: 1) }, axis: 1)
    }
    let factor = try Tensor(factors, shape: [1, 3, 1, 1]), offset = try Tensor(offsets, shape: [1, 3, 1, 1])
    return try input * factor + offset
  }
}
