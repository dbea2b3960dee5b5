import Imaging
import TensorCore

/// The boxes that anchor-based detectors start from: at every cell of every feature map, all combinations of its sizes and
/// aspect ratios. As torchvision's, whose corners are rounded to whole pixels. Ren et al. 2015, arXiv 1506.01497.
public struct AnchorGenerator: Sendable, Hashable {
  /// Anchors around the origin, by level: four corners each, by ratio and then by size.
  public let cells: [[Float]]

  /// Anchors of `sizes` (square roots of areas, in pixels of the input) and `aspectRatios` (height over width), by level.
  public init(sizes: [[Float]], aspectRatios: [[Float]]) {
    cells = zip(sizes, aspectRatios).map { sizes, ratios in
      ratios.flatMap { ratio in
        let heightRatio = ratio.squareRoot(), widthRatio = 1 / heightRatio
        return sizes.flatMap { size in
          let width = widthRatio * size, height = heightRatio * size
          return [-width / 2, -height / 2, width / 2, height / 2].map { $0.rounded(.toNearestOrEven) }
        }
      }
    }
  }

  /// The same aspect ratios at every level.
  public init(sizes: [[Float]], aspectRatios: [Float] = [0.5, 1, 2]) {
    self.init(sizes: sizes, aspectRatios: sizes.map { _ in aspectRatios })
  }

  /// Anchors at each cell, by level.
  public var countsPerCell: [Int] { cells.map { $0.count / 4 } }

  /// The anchors for feature maps `[N, C, h, w]` of an input of this size, padding included: `[h * w * A, 4]` a level, by
  /// row, then by column, then as in `cells`.
  public func callAsFunction(levels: [Tensor], input: ImageSize) throws(ShapeError) -> [Tensor] {
    try callAsFunction(grids: levels.map { ImageSize(width: $0.shape[3], height: $0.shape[2]) }, input: input)
  }

  /// The anchors for feature maps of these sizes.
  public func callAsFunction(grids: [ImageSize], input: ImageSize) throws(ShapeError) -> [Tensor] {
    guard grids.count == cells.count, grids.allSatisfy({ $0.width > 0 && $0.height > 0 }) else {
      throw ShapeError(.shape, "anchors", "\(grids.count) feature maps \(grids) for \(cells.count) levels of anchors")
    }
    var result: [Tensor] = []
    for (grid, cell) in zip(grids, cells) {
      let strideX = input.width / grid.width, strideY = input.height / grid.height
      let shape = [grid.width * grid.height * (cell.count / 4), 4]
      result.append(
        try .filled(shape, "anchors") { output in
          var next = output
          for row in 0..<grid.height {
            let y = Float(row * strideY)
            for column in 0..<grid.width {
              let x = Float(column * strideX)
              for corner in stride(from: 0, to: cell.count, by: 4) {
                next[0] = x + cell[corner]
                next[1] = y + cell[corner + 1]
                next[2] = x + cell[corner + 2]
                next[3] = y + cell[corner + 3]
                next += 4
              }
            }
          }
        })
    }
    return result
  }
}
