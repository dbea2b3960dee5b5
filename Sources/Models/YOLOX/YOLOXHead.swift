import NeuralNetwork
import TensorCore

/// The decoupled head of YOLOX with its boxes decoded. Three maps -> `[N, A, 5 + classes]` (see `YOLOX`).
struct YOLOXHead: Sendable {
  private struct Level {
    let stem: ConvNorm, classTower: Sequential, boxTower: Sequential
    let classes: Conv2d, box: Conv2d, objectness: Conv2d
    let stride: Int
  }
  private let levels: [Level]

  init(_ scope: ParameterScope, _ configuration: YOLOX.Configuration) {
    let hidden = configuration.channels(256)
    // Starts with every probability at 0.01, so that the many empty cells do not drown the loss (Lin et al. 2017, arXiv 1708.02002).
    let rare = Initializer.constant(-4.59511985013459)
    func tower(_ scope: ParameterScope) -> Sequential {
      Sequential(
        [0, 1].map {
          YOLOXBlocks.spatial(scope[$0], in: hidden, out: hidden, kernel: 3, depthwise: configuration.depthwise)
        })
    }
    levels = zip([8, 16, 32], [256, 512, 1024]).enumerated().map { index, level in
      Level(
        stem: YOLOXBlocks.conv(scope["stems"][index], in: configuration.channels(level.1), out: hidden, kernel: 1),
        classTower: tower(scope["cls_convs"][index]), boxTower: tower(scope["reg_convs"][index]),
        classes: Conv2d(
          scope["cls_preds"][index], in: hidden, out: configuration.classes, kernel: 1, biasInitializer: rare),
        box: Conv2d(scope["reg_preds"][index], in: hidden, out: 4, kernel: 1),
        objectness: Conv2d(scope["obj_preds"][index], in: hidden, out: 1, kernel: 1, biasInitializer: rare),
        stride: level.0)
    }
  }

  func callAsFunction(_ maps: [Tensor]) throws(ShapeError) -> Tensor {
    var rows: [Tensor] = []
    for (level, map) in zip(levels, maps) {
      let features = try level.stem(map.asLastMap())
      let classes = try level.classes(level.classTower(features)).sigmoid()
      let boxFeatures = try level.boxTower(features)
      let box = try Self.decode(level.box(boxFeatures), stride: level.stride)
      let objectness = try level.objectness(boxFeatures).sigmoid()
      rows.append(try Tensor.concatenate([box, objectness, classes], axis: 1).flatten(from: 2))
    }
    return try Tensor.concatenate(rows, axis: 2).permute([0, 2, 1])
  }

  /// Offsets from the cell and log sizes, in strides -> centre and size in pixels. `[N, 4, H, W]` -> the same.
  private static func decode(_ box: Tensor, stride: Int) throws(ShapeError) -> Tensor {
    let height = box.shape[2], width = box.shape[3]
    let columns = (0..<height).flatMap { _ in (0..<width).map(Float.init) }
    let rows = (0..<height).flatMap { row in Array(repeating: Float(row), count: width) }
    let cells = try Tensor(columns + rows, shape: [1, 2, height, width])
    let centre = try (box.narrow(axis: 1, start: 0, length: 2) + cells) * Float(stride)
    let size = try box.narrow(axis: 1, start: 2, length: 2).exp() * Float(stride)
    return try Tensor.concatenate([centre, size], axis: 1)
  }
}
