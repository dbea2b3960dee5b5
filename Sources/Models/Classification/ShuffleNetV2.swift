import NeuralNetwork
import TensorCore

/// ShuffleNet v2: half of the channels pass a block untouched, then halves are interleaved. `[N, 3, H, W]` ->
/// `[N, classes]`; keys are torchvision's. Ma et al. 2018, arXiv 1807.11164.
public struct ShuffleNetV2: Layer {
  /// What tells the variants apart.
  public struct Configuration: Models.Configuration {
    /// Channels of the three stages.
    public var stages: [Int]
    /// Channels after the last convolution.
    public var last: Int
    /// Number of classes.
    public var classes: Int

    /// A variant.
    public init(stages: [Int], last: Int = 1024, classes: Int = 1000) {
      self.stages = stages
      self.last = last
      self.classes = classes
    }

    /// Half the width, 1.4 million parameters.
    public static let half = Configuration(stages: [48, 96, 192])
    /// The plain width, 2.3 million parameters.
    public static let plain = Configuration(stages: [116, 232, 464])
    /// 1.5 times the width, 3.5 million parameters.
    public static let oneAndHalf = Configuration(stages: [176, 352, 704])
    /// Twice the width, 7.4 million parameters.
    public static let double = Configuration(stages: [244, 488, 976], last: 2048)
  }

  private let stem: ConvNorm, stages: Sequential, last: ConvNorm, head: Linear

  /// Builds the network.
  public init(_ scope: ParameterScope, _ configuration: Configuration) {
    var channels = 24, units: [any Layer] = []
    stem = ConvNorm(scope["conv1"], "0", "1", in: 3, out: channels, kernel: 3, stride: 2, activation: .relu)
    for (index, (outputs, count)) in zip(configuration.stages, [4, 8, 4]).enumerated() {
      for unit in 0..<count {
        units.append(Unit(scope["stage\(index + 2)"][unit], in: channels, out: outputs, strides: unit == 0))
        channels = outputs
      }
    }
    stages = Sequential(units)
    last = ConvNorm(scope["conv5"], "0", "1", in: channels, out: configuration.last, kernel: 1, activation: .relu)
    head = Linear(scope["fc"], in: configuration.last, out: configuration.classes)
  }

  /// Class scores.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try head(features(of: x)) }

  /// One unit: without stride `[N, K, H, W]` -> the same, with it `[N, C, H, W]` -> `[N, K, H/2, W/2]`.
  private struct Unit: Layer {
    private let first: Sequential?, second: Sequential

    init(_ scope: ParameterScope, in c: Int, out k: Int, strides: Bool) {
      let branch = k / 2, stride = strides ? 2 : 1
      let one = scope["branch1"], two = scope["branch2"]
      first =
        strides
        ? Sequential([
          ConvNorm(one, "0", "1", in: c, out: c, kernel: 3, stride: 2, groups: c),
          ConvNorm(one, "2", "3", in: c, out: branch, kernel: 1, activation: .relu),
        ]) : nil
      second = Sequential([
        ConvNorm(two, "0", "1", in: strides ? c : branch, out: branch, kernel: 1, activation: .relu),
        ConvNorm(two, "3", "4", in: branch, out: branch, kernel: 3, stride: stride, groups: branch),
        ConvNorm(two, "5", "6", in: branch, out: branch, kernel: 1, activation: .relu),
      ])
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
      let halves: [Tensor]
      if let first {
        halves = [try first(x), try second(x)]
      } else {
        let parts = try x.chunk(2, axis: 1)
        halves = [parts[0], try second(parts[1])]
      }
      // Channel i of either half comes to 2 i and 2 i + 1.
      return try Tensor.stack(halves, axis: 2).flatten(from: 1, to: 2)
    }
  }
}

extension ShuffleNetV2: FeatureNetwork {
  /// The features that the last linear layer reads. `[N, 3, H, W]` -> `[N, 1024]`, or 2048 for the widest.
  public func features(of input: Tensor) throws(ShapeError) -> Tensor {
    try input.checkImages("shufflenet_v2")
    let x = try stem(input).maxPool(kernel: [3, 3], stride: [2, 2], padding: [1, 1])
    return try last(stages(x)).asLastMap().globalAveragePool().flatten(from: 1)
  }
}
