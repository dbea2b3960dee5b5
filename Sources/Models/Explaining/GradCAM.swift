import NeuralNetwork
import TensorCore

/// Where the evidence for something lies: gradient-weighted class activation maps. Selvaraju et al. 2016, arXiv 1610.02391.
public enum GradCAM {
  /// A map of evidence over a network's input, in its own units.
  public struct Map: Sendable {
    /// Rows.
    public let height: Int
    /// Columns.
    public let width: Int
    /// Channels of the features it was made of.
    public let channels: Int
    /// Row after row, 0 and above.
    public let values: [Float]

    package init(height: Int, width: Int, channels: Int, values: [Float]) {
      (self.height, self.width, self.channels, self.values) = (height, width, channels, values)
    }
  }

  /// The network's outputs for one input `[1, C, H, W]`, and the evidence for `target`, a scalar of them, in each of its last
  /// maps of features. Throws `ShapeError` where the network has no such maps.
  public static func maps(
    _ network: any Network, input: Tensor, target: ([NamedTensor]) throws(ShapeError) -> Tensor
  ) throws(ShapeError) -> (outputs: [NamedTensor], maps: [Map]) {
    let tape = Tape(tracksParameter: { _ in false }), tap = FeatureMapTap()
    let outputs = try tape.run { () throws(ShapeError) in
      try tap.run { () throws(ShapeError) in try network.outputs(for: input) }
    }
    let seen = tap.maps
    guard !seen.isEmpty else {
      throw ShapeError(.argument, "explain", "the network has no map of features that could be shown")
    }
    let wanted = try tape.run { () throws(ShapeError) in try target(outputs) }
    let gradients = try tape.gradients(of: wanted)
    var maps: [Map] = []
    for map in seen {
      var gradient = try Tensor.zeros(map.tensor.shape)
      if let known = gradients[map.tensor] { gradient = known }
      maps.append(try evidence(in: planes(map.tensor, map.layout), by: planes(gradient, map.layout)))
    }
    return (outputs.map { NamedTensor($0.name, $0.tensor.detached()) }, maps)
  }

  /// The map as `[C, H, W]`.
  private static func planes(_ map: Tensor, _ layout: FeatureMapTap.Layout) throws(ShapeError) -> Tensor {
    let one = try map.detached().select(axis: 0, index: 0)
    switch layout {
    case .channelsFirst: return one
    case .channelsLast: return try one.permute([2, 0, 1])
    case .tokens(let rows, let columns, let skipped):
      return try one.narrow(axis: 0, start: skipped, length: rows * columns).permute([1, 0])
        .reshape([one.shape[1], rows, columns])
    }
  }

  /// Channels weighted by their mean gradients, summed; what speaks against is left out.
  private static func evidence(in map: Tensor, by gradient: Tensor) throws(ShapeError) -> Map {
    let weights = try gradient.mean(axes: [1, 2], keepAxes: true)
    let sum = try (map * weights).sum(axes: [0]).relu()
    return Map(height: map.shape[1], width: map.shape[2], channels: map.shape[0], values: try sum.floats())
  }
}
