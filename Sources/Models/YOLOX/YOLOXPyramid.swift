import NeuralNetwork
import TensorCore

/// CSPDarknet: the features at strides 8, 16 and 32. `[N, 3, H, W]` -> three maps of 256, 512 and 1,024 channels times the width.
struct CSPDarknet: Sendable {
  private let stem: YOLOXFocus, stages: [Sequential]

  init(_ scope: ParameterScope, _ configuration: YOLOX.Configuration) {
    let base = configuration.channels(64)
    let depth = max(configuration.blocks(3), 1)
    let depthwise = configuration.depthwise
    stem = YOLOXFocus(scope["stem"], in: 3, out: base)
    stages = [1, 2, 3, 4].map { stage in
      let scope = scope["dark\(stage + 1)"], c = base << (stage - 1), k = base << stage
      var layers: [any Layer] = [
        YOLOXBlocks.spatial(scope[0], in: c, out: k, kernel: 3, stride: 2, depthwise: depthwise)
      ]
      if stage == 4 { layers.append(YOLOXSPP(scope[1], in: k, out: k)) }
      layers.append(
        YOLOXCSPLayer(
          scope[layers.count], in: k, out: k, blocks: stage == 2 || stage == 3 ? 3 * depth : depth,
          shortcut: stage != 4,
          depthwise: depthwise))
      return Sequential(layers)
    }
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> (stride8: Tensor, stride16: Tensor, stride32: Tensor) {
    let stride8 = try stages[1](stages[0](stem(x)))
    let stride16 = try stages[2](stride8)
    return (stride8, stride16, try stages[3](stride16))
  }
}

/// Path-aggregation pyramid over CSPDarknet: down to stride 8 and up again. Liu et al. 2018, arXiv 1803.01534.
struct YOLOXPyramid: Sendable {
  private let backbone: CSPDarknet
  private let lateral: ConvNorm, reduce: ConvNorm
  private let down16: any Layer, down32: any Layer
  private let top16: YOLOXCSPLayer, top8: YOLOXCSPLayer, bottom16: YOLOXCSPLayer, bottom32: YOLOXCSPLayer

  init(_ scope: ParameterScope, _ configuration: YOLOX.Configuration) {
    let c8 = configuration.channels(256), c16 = configuration.channels(512), c32 = configuration.channels(1024)
    let depthwise = configuration.depthwise
    func merge(_ name: String, in c: Int, out k: Int) -> YOLOXCSPLayer {
      YOLOXCSPLayer(scope[name], in: c, out: k, blocks: configuration.blocks(3), shortcut: false, depthwise: depthwise)
    }
    backbone = CSPDarknet(scope["backbone"], configuration)
    lateral = YOLOXBlocks.conv(scope["lateral_conv0"], in: c32, out: c16, kernel: 1)
    top16 = merge("C3_p4", in: 2 * c16, out: c16)
    reduce = YOLOXBlocks.conv(scope["reduce_conv1"], in: c16, out: c8, kernel: 1)
    top8 = merge("C3_p3", in: 2 * c8, out: c8)
    down16 = YOLOXBlocks.spatial(scope["bu_conv2"], in: c8, out: c8, kernel: 3, stride: 2, depthwise: depthwise)
    bottom16 = merge("C3_n3", in: 2 * c8, out: c16)
    down32 = YOLOXBlocks.spatial(scope["bu_conv1"], in: c16, out: c16, kernel: 3, stride: 2, depthwise: depthwise)
    bottom32 = merge("C3_n4", in: 2 * c16, out: c32)
  }

  /// The maps at strides 8, 16 and 32.
  func callAsFunction(_ x: Tensor) throws(ShapeError) -> [Tensor] {
    let features = try backbone(x)
    let p32 = try lateral(features.stride32)
    let p16 = try reduce(top16(Tensor.concatenate([p32.doubled(), features.stride16], axis: 1)))
    let out8 = try top8(Tensor.concatenate([p16.doubled(), features.stride8], axis: 1))
    let out16 = try bottom16(Tensor.concatenate([down16(out8), p16], axis: 1))
    let out32 = try bottom32(Tensor.concatenate([down32(out16), p32], axis: 1))
    return [out8, out16, out32]
  }
}

extension Tensor {
  /// Every pixel twice in both directions. `[N, C, H, W]` -> `[N, C, 2H, 2W]`.
  fileprivate func doubled() throws(ShapeError) -> Tensor { try interpolate(scale: [2, 2], mode: .nearest) }
}
