import NeuralNetwork
import TensorCore

/// The residual networks of the paper's CIFAR-10 experiments, with shortcuts that have no parameters (option A).
/// `[N, 3, H, W]` -> `[N, classes]`, any size (the paper's: 32x32). He et al. 2015, arXiv 1512.03385.
public struct CIFARResNet: Layer {
  private let stem: ConvNorm, blocks: Sequential, head: Linear

  /// The network with `6 depth + 2` layers: `depth` blocks in each of the three stages.
  public init(_ scope: ParameterScope, depth: Int, classes: Int = 10) {
    stem = ConvNorm(
      scope, "conv1", "bn1", in: 3, out: 16, kernel: 3, activation: .relu, initializer: .kaimingNormal(fan: 3 * 3 * 3))
    var channels = 16
    var blocks: [any Layer] = []
    for stage in 0..<3 {
      for index in 0..<depth {
        blocks.append(
          CIFARResNetBlock(
            scope["layer\(stage + 1)"][index], in: channels, out: 16 << stage, stride: stage > 0 && index == 0 ? 2 : 1))
        channels = 16 << stage
      }
    }
    self.blocks = Sequential(blocks)
    head = Linear(scope["linear"], in: channels, out: classes, initializer: .kaimingNormal(fan: channels))
  }

  /// Class scores before softmax.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }
}

extension CIFARResNet: FeatureNetwork {
  /// The last stage's means. `[N, 3, H, W]` -> `[N, 64]`.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages("cifar_resnet")
    return try blocks(stem(input)).asLastMap().globalAveragePool().flatten(from: 1)
  }
}

/// Two 3x3 convolutions with a shortcut, which drops pixels and adds channels of zeros on both sides where the shape
/// changes. `[N, C, H, W]` -> `[N, K, H/stride, W/stride]`.
private struct CIFARResNetBlock: Layer {
  private let body: Sequential, stride: Int, added: Int

  init(_ scope: ParameterScope, in c: Int, out k: Int, stride: Int) {
    func conv(_ index: Int, in c: Int, stride: Int = 1, _ activation: Activation) -> ConvNorm {
      ConvNorm(
        scope, "conv\(index)", "bn\(index)", in: c, out: k, kernel: 3, stride: stride, activation: activation,
        initializer: .kaimingNormal(fan: c * 3 * 3))
    }
    body = Sequential([conv(1, in: c, stride: stride, .relu), conv(2, in: k, .none)])
    self.stride = stride
    added = (k - c) / 2
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try (body(x) + shortcut(x)).relu() }

  private func shortcut(_ x: Tensor) throws(ShapeError) -> Tensor {
    guard stride > 1 || added > 0 else { return x }
    return try x.slice(axis: 2, step: stride).slice(axis: 3, step: stride).pad([(added, added), (0, 0), (0, 0)])
  }
}
