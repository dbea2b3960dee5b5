import NeuralNetwork
import TensorCore

/// U-Net with padded convolutions, batch normalisation and transposed convolutions, as most implementations have it.
/// `[N, C, H, W]` (H and W at least 16, of the narrow one 32) -> `[N, classes, H, W]`; keys are those of milesial/Pytorch-UNet.
/// Ronneberger et al. 2015, arXiv 1505.04597.
public struct UNet: Layer {
  /// What tells the variants apart.
  public struct Configuration: Sendable, Hashable {
    /// Channels of the input.
    public var channels = 3
    /// Number of classes; 1 for a single score a pixel.
    public var classes = 2
    /// Channels at each resolution, the finest first.
    public var widths = [64, 128, 256, 512, 1024]

    /// The usual network: 31 million parameters.
    public init(channels: Int = 3, classes: Int = 2) {
      self.channels = channels
      self.classes = classes
    }

    /// A narrow network with one level more: 3.6 million parameters.
    public static func small(classes: Int) -> Configuration {
      var configuration = Configuration(classes: classes)
      configuration.widths = [16, 32, 64, 128, 192, 256]
      return configuration
    }
  }

  private let configuration: Configuration
  private let first: DoubleConvolution, down: [DoubleConvolution], up: [Ascent], last: Conv2d

  /// Builds the network; parameters stand under `inc`, `down1` ..., `up1` ... and `outc`.
  public init(_ scope: ParameterScope, _ configuration: Configuration = Configuration()) {
    self.configuration = configuration
    let widths = configuration.widths
    first = DoubleConvolution(scope["inc"], in: configuration.channels, out: widths[0])
    down = (1..<widths.count).map {
      DoubleConvolution(scope["down\($0)"]["maxpool_conv"][1], in: widths[$0 - 1], out: widths[$0])
    }
    let ascending = Array(widths.reversed())
    up = (1..<widths.count).map { Ascent(scope["up\($0)"], in: ascending[$0 - 1], out: ascending[$0]) }
    last = Conv2d(scope["outc"]["conv"], in: widths[0], out: configuration.classes, kernel: 1)
  }

  /// Class scores of every pixel.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try x.checkImages(channels: configuration.channels, smallest: 1 << down.count, "unet")
    var levels = [try first(x)]
    for block in down { levels.append(try block(levels[levels.count - 1].maxPool(kernel: [2, 2], stride: [2, 2]))) }
    var value = levels.removeLast()
    for block in up { value = try block(value, beside: levels.removeLast()) }
    return try last(value)
  }

  /// Two 3x3 convolutions, each normalised and rectified. `[N, C, H, W]` -> `[N, K, H, W]`.
  private struct DoubleConvolution: Layer {
    private let first: ConvNorm, second: ConvNorm

    init(_ scope: ParameterScope, in c: Int, out k: Int) {
      let scope = scope["double_conv"]
      first = ConvNorm(scope, "0", "1", in: c, out: k, kernel: 3, activation: .relu)
      second = ConvNorm(scope, "3", "4", in: k, out: k, kernel: 3, activation: .relu)
    }

    func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor { try second(first(x)) }
  }

  /// Twice the resolution, half the channels, joined with the descending path. `[N, C, H, W]` -> `[N, C/2, 2H, 2W]`.
  private struct Ascent: Sendable {
    private let up: ConvTranspose2d, convolution: DoubleConvolution

    init(_ scope: ParameterScope, in c: Int, out k: Int) {
      up = ConvTranspose2d(scope["up"], in: c, out: c / 2, kernel: 2, stride: 2)
      // What comes from beside it has k channels.
      convolution = DoubleConvolution(scope["conv"], in: k + c / 2, out: k)
    }

    func callAsFunction(_ x: Tensor, beside skip: Tensor) throws(ShapeError) -> Tensor {
      var value = try up(x)
      // Pooling drops the last row and column of odd sizes: zeros stand in for what came of them.
      let rows = skip.shape[2] - value.shape[2], columns = skip.shape[3] - value.shape[3]
      if rows != 0 || columns != 0 {
        value = try value.pad([(rows / 2, rows - rows / 2), (columns / 2, columns - columns / 2)])
      }
      return try convolution(Tensor.concatenate([skip, value], axis: 1))
    }
  }
}

extension UNet: Network {}
