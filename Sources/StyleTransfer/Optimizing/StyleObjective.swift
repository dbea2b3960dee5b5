import Inference
import NeuralNetwork
import TensorCore

/// The loss of style transfer and its gradient by the pixels, through one compiled plan.
struct StyleObjective {
  /// Parts of the loss, with their weights.
  struct Losses {
    var content = 0.0, style = 0.0, variation = 0.0
    var total: Double { content + style + variation }
  }

  private let step: CompiledStep
  private let targets: [Tensor]

  init(
    _ reader: FeatureReader, content: Tensor, style: Tensor, contentLayers: [String], styleLayers: [String],
    weights: StyleOptimizationSettings
  ) throws(ShapeError) {
    let wanted = try reader.features(of: content, at: contentLayers)
    let painted = try reader.features(of: style, at: styleLayers)
    guard weights.contentWeight > 0 || weights.styleWeight != 0 || weights.variationWeight > 0 else {
      throw ShapeError(.argument, "style transfer", "nothing is asked of the picture: all weights are 0")
    }
    let maps = contentLayers.compactMap { wanted[$0] }
    var grams: [Tensor] = []
    for name in styleLayers {
      if let map = painted[name] { grams.append(try NeuralNetwork.Losses.gramMatrix(map)) }
    }
    let targets = maps + grams
    self.targets = targets
    let contentWeight = Float(weights.contentWeight)
    let balanced = try Self.balance(grams: grams, energy: FeatureReader.energy(of: maps))
    let styleWeight = weights.styleWeight.map { Float($0) } ?? balanced
    let variationWeight = Float(weights.variationWeight)
    let names = contentLayers + styleLayers, contents = contentLayers.count
    step = CompiledStep(
      parameter: { path throws(ShapeError) in try reader.parameters.value(at: path) }, changes: { _ in false },
      precision: reader.parameters.precision
    ) { inputs throws(ShapeError) in
      let tape = Tape(tracksParameter: { _ in false })
      let pixels = tape.watch(inputs[0])
      let parts = try tape.run { () throws(ShapeError) in
        let features = try reader.features(of: pixels, at: names)
        var content = try Tensor.zeros([]), style = try Tensor.zeros([])
        for (index, name) in names.enumerated() {
          guard let map = features[name] else { continue }
          if index < contents {
            content = try content + NeuralNetwork.Losses.meanSquaredError(map, inputs[1 + index])
          } else {
            style = try style + NeuralNetwork.Losses.style(map, gram: inputs[1 + index])
          }
        }
        var parts = [try content * contentWeight, try style * styleWeight]
        if variationWeight > 0 { parts.append(try NeuralNetwork.Losses.totalVariation(pixels) * variationWeight) }
        return parts
      }
      let total = try tape.run { () throws(ShapeError) in
        var total = parts[0]
        for part in parts.dropFirst() { total = try total + part }
        return total
      }
      let gradients = try tape.gradients(of: total)
      guard let gradient = gradients[pixels] else {
        throw ShapeError(.gradient, "style transfer", "the loss does not depend on the pixels")
      }
      return StepResults(loss: total, outputs: parts, gradients: ["pixels": gradient])
    }
  }

  /// How much more style counts than content where no weight is given.
  private static let balance = 1000.0

  /// The weight of the style for Gram matrices of these sizes where the content's features have this energy. Features of different
  /// networks are of different sizes: painted wrongly through and through, a picture's style costs that many times what losing its
  /// content would.
  static func balance(grams: [Tensor], energy: Double) throws(ShapeError) -> Float {
    let square = try FeatureReader.energy(of: grams)
    return square > 0 ? Float(balance * energy / square) : 1
  }

  /// The loss at `[1, 3, H, W]` and its gradient there.
  func callAsFunction(_ pixels: Tensor) throws -> (losses: Losses, gradient: Tensor) {
    let results = try step([pixels] + targets)
    guard let gradient = results.gradients["pixels"] else {
      throw ShapeError(.gradient, "style transfer", "the step gives no gradient")
    }
    func value(_ index: Int) throws -> Double {
      index < results.outputs.count ? Double(try results.outputs[index].floats()[0]) : 0
    }
    return (Losses(content: try value(0), style: try value(1), variation: try value(2)), gradient)
  }
}
