import NeuralNetwork
import TensorCore

/// What YOLOX says of every grid cell before it becomes probabilities: what its loss reads.
package struct YOLOXRows: Sendable {
  /// Centre and size in input pixels, `[N, A, 4]`.
  package let boxes: Tensor
  /// The same as the network gives them: offsets from the cell and log sizes, in strides, `[N, A, 4]`.
  package let offsets: Tensor
  /// Logits `[N, A]`.
  package let objectness: Tensor
  /// Logits `[N, A, classes]`.
  package let classes: Tensor
}

/// A cell of the grids of YOLOX.
package struct YOLOXCell: Sendable, Hashable {
  /// Its column and row in its grid.
  package let x: Float, y: Float
  /// Input pixels a cell.
  package let stride: Float

  /// The cells for an input of this size, in the order of the network's rows.
  package static func all(width: Int, height: Int) -> [YOLOXCell] {
    YOLOXHead.strides.flatMap { stride in
      (0..<height / stride).flatMap { y in
        (0..<width / stride).map { YOLOXCell(x: Float($0), y: Float(y), stride: Float(stride)) }
      }
    }
  }
}

/// The decoupled head of YOLOX with its boxes decoded. Three maps -> `[N, A, 5 + classes]` (see `YOLOX`).
struct YOLOXHead: Sendable {
  static let strides = [8, 16, 32]

  private struct Level {
    let stem: ConvNorm, classTower: Sequential, boxTower: Sequential
    let classes: Conv2d, box: Conv2d, objectness: Conv2d
    let stride: Int

    /// Offsets `[N, 4, h, w]`, logits of objectness `[N, 1, h, w]` and of the classes.
    func callAsFunction(_ map: Tensor) throws(ShapeError) -> (box: Tensor, objectness: Tensor, classes: Tensor) {
      let features = try stem(map.asLastMap())
      let classes = try self.classes(classTower(features))
      let boxFeatures = try boxTower(features)
      return (try box(boxFeatures), try objectness(boxFeatures), classes)
    }
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
    levels = zip(Self.strides, [256, 512, 1024]).enumerated().map { index, level in
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
      let (offsets, objectness, classes) = try level(map)
      let box = try Self.decode(offsets, stride: level.stride)
      rows.append(
        try Tensor.concatenate([box, objectness.sigmoid(), classes.sigmoid()], axis: 1).flatten(from: 2))
    }
    return try Tensor.concatenate(rows, axis: 2).permute([0, 2, 1])
  }

  /// The rows as the loss reads them.
  func rows(_ maps: [Tensor]) throws(ShapeError) -> YOLOXRows {
    var parts: [[Tensor]] = [[], [], [], []]
    for (level, map) in zip(levels, maps) {
      let (offsets, objectness, classes) = try level(map)
      let outputs = [try Self.decode(offsets, stride: level.stride), offsets, objectness, classes]
      for (index, output) in outputs.enumerated() {
        parts[index].append(try output.flatten(from: 2).permute([0, 2, 1]))
      }
    }
    return YOLOXRows(
      boxes: try Tensor.concatenate(parts[0], axis: 1), offsets: try Tensor.concatenate(parts[1], axis: 1),
      objectness: try Tensor.concatenate(parts[2], axis: 1).squeeze(2),
      classes: try Tensor.concatenate(parts[3], axis: 1))
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
