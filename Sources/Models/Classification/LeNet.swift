import NeuralNetwork
import TensorCore

/// Two convolutions and three linear layers for digits. `[N, 1, 28, 28]` -> `[N, classes]`; up to 31 pixels do as well.
/// LeCun et al. 1998, Proceedings of the IEEE 86(11).
public struct LeNet: Layer {
  /// What the versions in use differ in.
  public struct Configuration: Sendable, Hashable {
    /// Padding of the first convolution.
    public var padding: Int
    /// After every layer but the last.
    public var activation: Activation
    /// Whether the poolings take means, or else the largest values.
    public var averages: Bool
    /// The parameters' names: two convolutions, three linear layers.
    public var names: [String]
    /// Number of classes.
    public var classes = 10

    /// The same network with what weights force on it.
    public func with(_ options: NetworkOptions) -> Configuration {
      var result = self
      result.classes = options.classes
      return result
    }

    /// Sides of the second pooling's map.
    var mapSide: Int { padding == 2 ? 5 : 4 }
  }

  private let configuration: Configuration, convolutions: [Conv2d], hidden: [Linear], head: Linear

  /// The network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    self.configuration = configuration
    let area = configuration.mapSide * configuration.mapSide
    func convolution(_ index: Int, in c: Int, out k: Int, padding: Int) -> Conv2d {
      Conv2d(
        scope[configuration.names[index]], in: c, out: k, kernel: 5, padding: padding,
        initializer: configuration.initializer(c * 25, k * 25))
    }
    func linear(_ index: Int, in c: Int, out k: Int) -> Linear {
      Linear(scope[configuration.names[index]], in: c, out: k, initializer: configuration.initializer(c, k))
    }
    convolutions = [
      convolution(0, in: 1, out: 6, padding: configuration.padding), convolution(1, in: 6, out: 16, padding: 0),
    ]
    hidden = [linear(2, in: 16 * area, out: 120), linear(3, in: 120, out: 84)]
    head = linear(4, in: 84, out: configuration.classes)
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }
}

extension LeNet: FeatureNetwork {
  /// What the last linear layer reads. `[N, 1, 28, 28]` -> `[N, 84]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    guard input.rank == 4, input.shape[1] == 1, input.shape[2...].allSatisfy((28..<32).contains) else {
      throw ShapeError(.shape, "lenet", "the input is \(input.shape); expected [N, 1, 28, 28]")
    }
    var x = input
    for convolution in convolutions {
      let map = try configuration.activation(convolution(x))
      x = configuration.averages ? try map.averagePool(kernel: [2, 2]) : try map.maxPool(kernel: [2, 2])
    }
    x = try x.asLastMap().flatten(from: 1)
    for layer in hidden { x = try configuration.activation(layer(x)) }
    return x
  }
}

extension LeNet.Configuration {
  private static let names = ["conv1", "conv2", "fc1", "fc2", "fc3"]
  /// ReLU and max pooling, the first convolution padded: 400 features before the linear layers.
  public static let padded = Self(padding: 2, activation: .relu, averages: false, names: names)
  /// ReLU and max pooling without padding: 256 features before the linear layers.
  public static let unpadded = Self(padding: 0, activation: .relu, averages: false, names: names)
  /// Sigmoid and average pooling, under the names of "Dive into Deep Learning" (chapter 7.6, arXiv 2106.11342).
  public static let d2l = Self(padding: 2, activation: .sigmoid, averages: true, names: ["0", "3", "7", "9", "11"])

  /// Sigmoids need Xavier's; the others have PyTorch's default.
  fileprivate func initializer(_ fanIn: Int, _ fanOut: Int) -> Initializer? {
    activation == .sigmoid ? .xavierUniform(fanIn: fanIn, fanOut: fanOut) : nil
  }
}
