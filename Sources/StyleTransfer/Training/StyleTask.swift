import Augmentation
import Imaging
import Inference
import Models
import NeuralNetwork
import Synchronization
import TensorCore
import Training

/// Training of a network that paints in one style: what it paints is to have the features of the photo and the Gram matrices of the
/// style picture, in a trained network that stays as it is. Johnson et al. 2016, arXiv 1603.08155; losses as
/// `StyleOptimization` has them.
public final class StyleTask: TrainingTask {
  /// What belongs to the loss.
  public struct Settings: Sendable {
    /// Layers by name; nil for the reader's usual ones.
    public var styleLayers: [String]?, contentLayers: [String]?
    /// How much the content, the style and smoothness count; nil for what suits the network.
    public var contentWeight = 1.0, styleWeight: Double?, variationWeight = 0.0
    /// Rows and columns of training pictures.
    public var side = 256

    /// The defaults.
    public init() {}
  }

  /// The network's parameters.
  public let parameters: ParameterStore
  private let network: any StyleNetwork
  private let reader: FeatureReader
  private let settings: Settings
  private let contentLayers: [String], styleLayers: [String]
  private let grams: [Tensor]
  private let styleWeight: Float
  private let contract: InputContract
  private let plan = Mutex<CompiledFunction?>(nil)
  private let shown = Mutex<[PreparedImage]>([])

  /// The training of `network`, which reads levels 0 to 255 as `contract` says, to paint as `style` is painted, seen through `reader`.
  ///
  /// Throws `ShapeError` for layers that are not there and settings that cannot be, `ImageError`.
  public init(
    _ network: any StyleNetwork, _ parameters: ParameterStore, contract: InputContract, style: Image,
    reader: FeatureReader, settings: Settings = Settings()
  ) throws {
    self.network = network
    self.parameters = parameters
    self.reader = reader
    self.settings = settings
    contentLayers = settings.contentLayers ?? reader.contentLayers
    styleLayers = settings.styleLayers ?? reader.styleLayers
    try reader.check(contentLayers + styleLayers)
    if let path = parameters.parameters.first(where: { reader.parameters[$0.path] != nil })?.path {
      throw ShapeError(.argument, "style", "\(reader.model) and the network both have a parameter \(path)")
    }
    guard settings.side >= 32 else {
      throw ShapeError(.argument, "style", "pictures of \(settings.side) pixels are too small")
    }
    var fed = contract
    fed.size = ImageSize(width: settings.side, height: settings.side)
    fed.fit = .shortestSide(settings.side)
    try fed.validate()
    self.contract = fed
    let picture = try Tensor(batch: [StyleOptimization.prepare(style)])
    let painted = try reader.features(of: picture, at: styleLayers)
    grams = try styleLayers.compactMap { name in try painted[name].map { try Losses.gramMatrix($0) } }
    if let given = settings.styleWeight {
      styleWeight = Float(given)
    } else {
      let maps = try reader.features(of: picture, at: contentLayers)
      // Pixels that begin as the photo stay near it; a network that begins with nothing would never find the way there.
      styleWeight =
        try 0.004 * StyleObjective.balance(grams: grams, energy: FeatureReader.energy(of: Array(maps.values)))
    }
  }

  /// A photo, its middle.
  public func item(from sample: Sample) throws -> TrainingItem { TrainingItem(try contract.prepare(sample.image)) }

  /// The same.
  public func item(augmented sample: Sample) throws -> TrainingItem { try item(from: sample) }

  /// The photos.
  public func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor] {
    note(items)
    return [try Tensor(items: items)]
  }

  /// Keeps the first few pictures that come along, to be shown.
  private func note(_ items: [TrainingItem]) {
    shown.withLock { if $0.isEmpty { $0 = items.prefix(Self.columns).map(\.picture) } }
  }

  /// The network's own parameters and those of the one that is looked through.
  public func value(at path: String) throws(ShapeError) -> Tensor {
    if let own = parameters[path] { return try own.value() }
    return try reader.parameters.value(at: path)
  }

  /// The loss, then its parts: content, style, variation.
  public func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    let photos = tensors[0]
    let painted =
      try network.painted(photos).narrow(axis: 2, start: 0, length: photos.shape[2])
      .narrow(axis: 3, start: 0, length: photos.shape[3]) / 255
    let wanted = try reader.features(of: photos.detached() / 255, at: contentLayers)
    let found = try reader.features(of: painted, at: contentLayers + styleLayers)
    var content = try Tensor.zeros([]), style = try Tensor.zeros([])
    for name in contentLayers {
      guard let own = found[name], let photo = wanted[name] else { continue }
      content = try content + Losses.meanSquaredError(own, photo)
    }
    for (name, gram) in zip(styleLayers, grams) {
      guard let own = found[name] else { continue }
      style = try style + (Losses.gramMatrix(own) - gram).square().mean()
    }
    var parts = [try content * Float(settings.contentWeight), try style * styleWeight]
    if settings.variationWeight > 0 {
      parts.append(try Losses.totalVariation(painted) * Float(settings.variationWeight))
    }
    var total = parts[0]
    for part in parts.dropFirst() { total = try total + part }
    return [total] + parts
  }

  /// A new score.
  public func makeScore() -> any TrainingScore { StyleScore() }

  /// Forgets the plan of the old weights.
  public func weightsChanged() { plan.withLock { $0 = nil } }

  /// Adds up the losses of photos, and keeps the first few.
  public func predict(_ items: [TrainingItem], into score: any TrainingScore) throws {
    guard let score = score as? StyleScore else { return }
    let photos = items.map(\.picture)
    note(items)
    for photo in photos { score.add(try losses(for: [Tensor(batch: [photo])]).map { try $0.floats()[0] }) }
    if score.picture == nil { score.picture = try preview() }
  }

  private static let columns = 4

  /// A few photos above what the network makes of them; nil before there was a validation.
  public func preview() throws -> Image? {
    let photos = shown.withLock { $0 }
    guard !photos.isEmpty else { return nil }
    let function = plan.withLock { kept in
      if let kept { return kept }
      let made = CompiledFunction(
        parameter: { [parameters] path throws(ShapeError) in try parameters.value(at: path) },
        precision: parameters.precision
      ) { [network] x throws(ShapeError) in [try network.painted(x)] }
      kept = made
      return made
    }
    let side = settings.side
    let batch = try Tensor(batch: photos), painted = try function(batch)[0]
    var pixels = [UInt8](repeating: 255, count: photos.count * side * 2 * side * 3)
    for (row, tensor) in [batch, painted].enumerated() {
      let values = try tensor.floats(), height = tensor.shape[2], width = tensor.shape[3]
      for index in photos.indices {
        for channel in 0..<3 {
          for y in 0..<side {
            let from = ((index * 3 + channel) * height + y) * width
            let to = ((row * side + y) * photos.count + index) * side
            for x in 0..<side {
              let value = values[from + x]
              pixels[3 * (to + x) + channel] = value > 0 ? UInt8(min(value, 255)) : 0
            }
          }
        }
      }
    }
    return try Image(width: photos.count * side, height: 2 * side, format: .rgb, pixels: pixels)
  }
}

/// The mean losses.
public final class StyleScore: PicturedScore {
  private var sums: [Double] = []
  private var count = 0
  /// Photos and what becomes of them.
  var picture: Image?

  func add(_ losses: [Float]) {
    if sums.isEmpty { sums = [Double](repeating: 0, count: losses.count) }
    for (place, loss) in losses.enumerated() where place < sums.count { sums[place] += Double(loss) }
    count += 1
  }

  /// `loss`, `content` and `style`.
  public var metrics: [(name: String, value: Double)] {
    zip(["loss", "content", "style"], sums).map { ($0, $1 / Double(max(count, 1))) }
  }

  /// A loss is better where it is less.
  public var isMoreBetter: Bool { false }

  /// The photos.
  public func pictures() throws -> [(name: String, image: Image)] { picture.map { [("painted", $0)] } ?? [] }
}
