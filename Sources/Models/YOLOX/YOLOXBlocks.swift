import NeuralNetwork
import TensorCore

/// The blocks of YOLOX, under the names of the official code's modules.
enum YOLOXBlocks {
  /// The official code's normalisation.
  static let norm = Normalization.batch(epsilon: 1e-3, momentum: 0.03)

  /// Convolution, normalisation, SiLU (the official `BaseConv`).
  static func conv(_ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, groups: Int = 1)
    -> ConvNorm
  {
    ConvNorm(
      scope, in: c, out: k, kernel: kernel, stride: stride, groups: groups, norm: norm,
      activation: .silu)
  }

  /// `conv`, or where the variant is depthwise a depthwise convolution and a pointwise one (`DWConv`).
  static func spatial(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, depthwise: Bool
  ) -> any Layer {
    guard depthwise else { return conv(scope, in: c, out: k, kernel: kernel, stride: stride) }
    return Sequential([
      conv(scope["dconv"], in: c, out: c, kernel: kernel, stride: stride, groups: c),
      conv(scope["pconv"], in: c, out: k, kernel: 1),
    ])
  }
}

/// Each 2x2 block of pixels becomes four times the channels, then a convolution. `[N, C, H, W]` -> `[N, K, H/2, W/2]`.
struct YOLOXFocus: Layer {
  private let conv: ConvNorm

  init(_ scope: ParameterScope, in c: Int, out k: Int) {
    conv = YOLOXBlocks.conv(scope["conv"], in: 4 * c, out: k, kernel: 3)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    var patches: [Tensor] = []
    for (row, column) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
      patches.append(try x.slice(axis: 2, from: row, step: 2).slice(axis: 3, from: column, step: 2))
    }
    return try conv(Tensor.concatenate(patches, axis: 1))
  }
}

/// A 1x1 and a 3x3 convolution, with a shortcut where asked for. `[N, C, H, W]` -> the same.
struct YOLOXBottleneck: Layer {
  private let first: ConvNorm, second: any Layer, shortcut: Bool

  init(_ scope: ParameterScope, channels: Int, shortcut: Bool, depthwise: Bool) {
    first = YOLOXBlocks.conv(scope["conv1"], in: channels, out: channels, kernel: 1)
    second = YOLOXBlocks.spatial(scope["conv2"], in: channels, out: channels, kernel: 3, depthwise: depthwise)
    self.shortcut = shortcut
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let y = try second(first(x))
    return shortcut ? try y + x : y
  }
}

/// Cross-stage partial block with three convolutions. `[N, C, H, W]` -> `[N, K, H, W]`. Wang et al. 2019, arXiv 1911.11929.
struct YOLOXCSPLayer: Layer {
  private let first: ConvNorm, second: ConvNorm, third: ConvNorm, blocks: Sequential

  init(_ scope: ParameterScope, in c: Int, out k: Int, blocks count: Int, shortcut: Bool = true, depthwise: Bool) {
    let hidden = k / 2
    first = YOLOXBlocks.conv(scope["conv1"], in: c, out: hidden, kernel: 1)
    second = YOLOXBlocks.conv(scope["conv2"], in: c, out: hidden, kernel: 1)
    third = YOLOXBlocks.conv(scope["conv3"], in: 2 * hidden, out: k, kernel: 1)
    blocks = Sequential(
      (0..<count).map { YOLOXBottleneck(scope["m"][$0], channels: hidden, shortcut: shortcut, depthwise: depthwise) })
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try third(Tensor.concatenate([blocks(first(x)), second(x)], axis: 1))
  }
}

/// Spatial pyramid pooling with windows 5, 9 and 13. `[N, C, H, W]` -> `[N, K, H, W]`. He et al. 2014, arXiv 1406.4729.
struct YOLOXSPP: Layer {
  private let first: ConvNorm, second: ConvNorm

  init(_ scope: ParameterScope, in c: Int, out k: Int) {
    first = YOLOXBlocks.conv(scope["conv1"], in: c, out: c / 2, kernel: 1)
    second = YOLOXBlocks.conv(scope["conv2"], in: c / 2 * 4, out: k, kernel: 1)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let y = try first(x)
    var levels = [y]
    for window in [5, 9, 13] {
      levels.append(try y.maxPool(kernel: [window, window], stride: [1, 1], padding: [window / 2, window / 2]))
    }
    return try second(Tensor.concatenate(levels, axis: 1))
  }
}
