import Augmentation
import Imaging
import NeuralNetwork
import TensorCore

/// Paints a picture in the style of another by changing its pixels until a trained network's features say so.
///
/// The loss is that of PyTorch's tutorial: mean squared differences of features (content) and of Gram matrices divided by
/// `C H W` (style), summed over the layers. Gatys et al. 2015, arXiv 1508.06576.
public struct StyleOptimization: Sendable {
  /// How far it is.
  public struct Progress {
    /// Steps done.
    public let step: Int
    /// Parts of the loss, with their weights, where the step began.
    public let contentLoss: Double, styleLoss: Double, variationLoss: Double
    let pixels: Tensor
    let finish: (Tensor) throws -> Image

    /// The picture as it is now.
    public func picture() throws -> Image { try finish(pixels) }
  }

  /// What came of it.
  public struct Result: Sendable {
    /// The picture, of the content's size.
    public let image: Image
    /// Steps done.
    public let steps: Int
    /// Parts of the loss, with their weights, at the last step.
    public let contentLoss: Double, styleLoss: Double
  }

  private let reader: FeatureReader
  private let settings: StyleOptimizationSettings
  private let styleLayers: [String], contentLayers: [String]

  /// An optimisation over a network's features. Throws `ShapeError` for settings that cannot be and layers that are not there.
  public init(_ reader: FeatureReader, _ settings: StyleOptimizationSettings = .init()) throws(ShapeError) {
    func check(_ holds: Bool, _ problem: String) throws(ShapeError) {
      guard holds else { throw ShapeError(.argument, "style transfer", problem) }
    }
    for (name, weight) in [
      ("content weight", settings.contentWeight), ("style weight", settings.styleWeight ?? 1),
      ("weight of the total variation", settings.variationWeight), ("learning rate", settings.learningRate ?? 1),
    ] {
      try check(weight.isFinite && weight >= 0, "the \(name) is \(weight); expected 0 or more")
    }
    try check(settings.steps >= 0, "\(settings.steps) steps; expected 0 or more")
    try check((1...1000).contains(settings.history), "a history of \(settings.history); expected 1 to 1000")
    self.reader = reader
    self.settings = settings
    styleLayers = settings.styleLayers ?? reader.styleLayers
    contentLayers = settings.contentLayers ?? reader.contentLayers
    try reader.check(styleLayers + contentLayers)
  }

  /// A picture as `callAsFunction` takes it: RGB, 0 to 1. Throws `ImageError`.
  public static func prepare(_ image: Image) throws -> PreparedImage {
    try InputContract(size: nil, fit: .none).prepare(image)
  }

  /// Paints. `report` hears of every step and says whether to go on. Throws `ShapeError`, `ImageError` and what it throws.
  public func callAsFunction(
    content: PreparedImage, style: PreparedImage, report: (Progress) throws -> Bool = { _ in true }
  ) throws -> Result {
    let original = try Tensor(batch: [content])
    guard original.rank == 4, original.shape[1] == 3, style.channels == 3 else {
      throw ShapeError(.argument, "style transfer", "takes colour pictures")
    }
    var target = original, manner = try Tensor(batch: [style])
    if settings.keepsColors {
      target = try Luminance.gray(of: original)
      manner = try Luminance.matched(Luminance.gray(of: manner), to: target)
    }
    let finish: (Tensor) throws -> Image = { [settings] pixels in
      let painted = settings.keepsColors ? try Luminance.replaced(in: original, by: pixels) : pixels
      // NaN becomes 0.
      return try Image(painted, index: 0, width: content.width, height: content.height) { value in
        value > 0 ? UInt8(min(value * 255 + 0.5, 255)) : 0
      }
    }
    let objective = try StyleObjective(
      reader, content: target, style: manner, contentLayers: contentLayers, styleLayers: styleLayers,
      weights: settings)
    var pixels = try settings.start == .content ? target : noise(target.shape)
    var last = StyleObjective.Losses()
    var done = 0
    var stepper = try PixelStepper(settings, pixels: pixels)
    while done < settings.steps {
      try stepper.step(&pixels) { picture in
        let evaluated = try objective(picture)
        last = evaluated.losses
        return (evaluated.losses.total, evaluated.gradient)
      }
      done += 1
      let isToGoOn = try report(
        Progress(
          step: done, contentLoss: last.content, styleLoss: last.style, variationLoss: last.variation, pixels: pixels,
          finish: finish))
      guard isToGoOn else { break }
    }
    return Result(image: try finish(pixels), steps: done, contentLoss: last.content, styleLoss: last.style)
  }

  private func noise(_ shape: [Int]) throws(ShapeError) -> Tensor {
    let stream = RandomStream(seed: settings.seed, purpose: "style-transfer")
    let values = (0..<shape.reduce(1, *)).map { stream.uniform(UInt64($0)) }
    return try Tensor(values, shape: shape)
  }
}
