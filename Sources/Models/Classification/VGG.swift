import NeuralNetwork
import TensorCore

/// Plain stacks of 3x3 convolutions between poolings, then three linear layers. `[N, 3, H, W]` -> `[N, classes]`, sides
/// of at least 32. Simonyan and Zisserman 2014, arXiv 1409.1556.
public struct VGG: Layer {
  /// What the variants differ in.
  public struct Configuration: Sendable, Hashable {
    /// Convolutions of the five blocks.
    public var depths: [Int]
    /// Whether batch normalisation follows every convolution.
    public var isNormalized = false
    /// Number of classes.
    public var classes = 1000

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      return result
    }

    /// The same network with batch normalisation.
    public var normalized: Configuration {
      var result = self
      result.isNormalized = true
      return result
    }
  }

  private let layers: [any Layer], dropout = Dropout(0.5), head: [Linear]

  /// The network; without a head it registers no `classifier` and its result is the map of features `[N, 512, H/32, W/32]`.
  public init(_ scope: ParameterScope, _ configuration: Configuration, hasHead: Bool = true) {
    layers = Self.layers(scope["features"], configuration)
    let classifier = scope["classifier"]
    head =
      hasHead
      ? [(0, 512 * 7 * 7, 4096), (3, 4096, 4096), (6, 4096, configuration.classes)].map { index, inputs, outputs in
        Linear(
          classifier[index], in: inputs, out: outputs, initializer: .normal(std: 0.01), biasInitializer: .constant(0))
      } : []
  }

  /// Convolutions, normalisations, ReLUs and poolings by their index in torchvision's `features`.
  private static func layers(_ scope: ParameterScope, _ configuration: Configuration) -> [any Layer] {
    var layers: [any Layer] = [], c = 3
    for (depth, k) in zip(configuration.depths, [64, 128, 256, 512, 512]) {
      for _ in 0..<depth {
        layers.append(
          Conv2d(
            scope[layers.count], in: c, out: k, kernel: 3, padding: 1, initializer: .kaimingNormal(fan: k * 3 * 3),
            biasInitializer: .constant(0)))
        if configuration.isNormalized { layers.append(BatchNorm2d(scope[layers.count], channels: k)) }
        layers.append(Activation.relu)
        c = k
      }
      layers.append(Function { x throws(ShapeError) in try x.maxPool(kernel: [2, 2]) })
    }
    return layers
  }

  /// The outputs of the layers with these indices in torchvision's `features`, in the order of `indices`. Runs no layer
  /// after the last of them.
  public func features(_ input: Tensor, at indices: [Int]) throws(ShapeError) -> [Tensor] {
    try input.checkImages("vgg")
    guard let last = indices.max(), indices.allSatisfy(layers.indices.contains) else {
      throw ShapeError(.argument, "vgg", "features at \(indices): expected indices from 0 to \(layers.count - 1)")
    }
    var x = input
    var found: [Int: Tensor] = [:]
    for (index, layer) in layers[...last].enumerated() {
      x = try layer(x)
      if indices.contains(index) { found[index] = x }
    }
    return indices.compactMap { found[$0] }
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    guard let last = head.last else { return try map(x) }
    return try last(features(of: x))
  }

  private func map(_ input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages(smallest: 32, "vgg")
    var x = input
    for layer in layers { x = try layer(x) }
    return x
  }
}

extension VGG: FeatureNetwork {
  /// What the last linear layer reads. `[N, 3, H, W]` -> `[N, 4096]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    var x = try map(input).asLastMap().adaptiveAveragePool([7, 7]).flatten(from: 1)
    for layer in head.dropLast() { x = try dropout(layer(x).relu()) }
    return x
  }
}

extension VGG.Configuration {
  /// VGG-11 (configuration A).
  public static let vgg11 = Self(depths: [1, 1, 2, 2, 2])
  /// VGG-13 (configuration B).
  public static let vgg13 = Self(depths: [2, 2, 2, 2, 2])
  /// VGG-16 (configuration D).
  public static let vgg16 = Self(depths: [2, 2, 3, 3, 3])
  /// VGG-19 (configuration E).
  public static let vgg19 = Self(depths: [2, 2, 4, 4, 4])
}
