import NeuralNetwork
import TensorCore

/// U-Net as its paper has it: convolutions without padding or normalisation, so that each side loses 92 pixels of context.
/// `[N, 1, H, W]` -> `[N, classes, H - 184, W - 184]` for H and W of 16k + 12, at least 188 (572 -> 388).
/// Ronneberger et al. 2015, arXiv 1505.04597.
public struct UNetPaper: Layer {
  /// What tells the variants apart.
  public struct Configuration: Sendable, Hashable {
    /// Channels of the input.
    public var channels = 1
    /// Number of classes.
    public var classes = 2
    /// Channels at each resolution, the finest first.
    public var widths = [64, 128, 256, 512, 1024]

    /// The paper's network: 31 million parameters.
    public init(channels: Int = 1, classes: Int = 2) {
      self.channels = channels
      self.classes = classes
    }
  }

  /// Rows and columns that the output lacks on each side.
  public static let context = 92

  private let configuration: Configuration
  private let down: [Sequential], up: [ConvTranspose2d], ascent: [Sequential], last: Conv2d

  /// Builds the network; parameters stand under `contracting`, `up`, `expanding` and `head`.
  public init(_ scope: ParameterScope, _ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let widths = configuration.widths
    down = widths.indices.map { level in
      Self.convolutions(
        scope["contracting"][level], in: level == 0 ? configuration.channels : widths[level - 1], out: widths[level])
    }
    let ascending = Array(widths.reversed())
    up = (0..<widths.count - 1).map { level in
      ConvTranspose2d(scope["up"][level], in: ascending[level], out: ascending[level + 1], kernel: 2, stride: 2)
    }
    ascent = (0..<widths.count - 1).map { level in
      Self.convolutions(scope["expanding"][level], in: ascending[level], out: ascending[level + 1])
    }
    last = Conv2d(scope["head"], in: widths[0], out: configuration.classes, kernel: 1)
  }

  /// Class scores of the middle of the input.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try x.checkImages(channels: configuration.channels, smallest: 2 * Self.context + 4, "unet_paper")
    guard x.shape[2] % 16 == 12, x.shape[3] % 16 == 12 else {
      throw ShapeError(
        .shape, "unet_paper",
        "the input is \(x.shape); H and W must be 16k + 12, such as 572, for pooling to come out even"
      )
    }
    var levels: [Tensor] = []
    var value = x
    for (level, block) in down.enumerated() {
      if level > 0 { value = try value.maxPool(kernel: [2, 2], stride: [2, 2]) }
      value = try block(value)
      levels.append(value)
    }
    levels.removeLast()
    for (widen, block) in zip(up, ascent) {
      value = try widen(value)
      value = try block(Tensor.concatenate([levels.removeLast().cropped(around: value), value], axis: 1))
    }
    return try last(value)
  }

  /// Two 3x3 convolutions without padding, each rectified. `[N, C, H, W]` -> `[N, K, H - 4, W - 4]`.
  private static func convolutions(_ scope: ParameterScope, in c: Int, out k: Int) -> Sequential {
    Sequential([
      Conv2d(scope[0], in: c, out: k, kernel: 3), Activation.relu, Conv2d(scope[2], in: k, out: k, kernel: 3),
      Activation.relu,
    ])
  }
}

extension UNetPaper: Network {}

extension Tensor {
  /// The middle of this, of the height and width of `other`.
  fileprivate func cropped(around other: Tensor) throws(ShapeError) -> Tensor {
    try narrow(axis: 2, start: (shape[2] - other.shape[2]) / 2, length: other.shape[2])
      .narrow(axis: 3, start: (shape[3] - other.shape[3]) / 2, length: other.shape[3])
  }
}
