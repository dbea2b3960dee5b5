import Imaging
import TensorCore

/// As torchvision's `paste_masks_in_image`: one cell of zeros around the grid, corners cut to whole pixels, bilinear.
extension SoftMask {
  /// The probability of every pixel of an image of this size, the grid stretched over `box`: `[height, width]`, 0 outside.
  public func pasted(into box: Box, of size: ImageSize) throws(ShapeError) -> Tensor {
    guard let region = try Region(probabilities, box, size) else { return try .zeros([size.height, size.width]) }
    let (x, y) = (region.columns, region.rows)
    return try region.values.pad([
      (y.lowerBound, size.height - y.upperBound), (x.lowerBound, size.width - x.upperBound),
    ])
  }

  /// The pixels that are at least as probable as `threshold`.
  public func mask(in box: Box, of size: ImageSize, threshold: Float = 0.5) throws -> Mask {
    guard let region = try Region(probabilities, box, size) else {
      return try Mask(width: size.width, height: size.height, columns: 0..<0, rows: 0..<0, pixels: [])
    }
    let pixels = region.values.withUnsafeBytes { bytes in
      bytes.bindMemory(to: Float.self).map { $0 >= threshold ? UInt8(1) : 0 }
    }
    return try Mask(
      width: size.width, height: size.height, columns: region.columns, rows: region.rows, pixels: pixels)
  }

  /// Grids `[D, h, w]` stretched over boxes `[D, 4]` of an image of this size: `[D, 1, height, width]`.
  public static func paste(_ grids: Tensor, into boxes: Tensor, of size: ImageSize) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("paste")
    guard grids.rank == 3, grids.shape[0] == count else {
      throw ShapeError(.shape, "paste", "grids must be [D, h, w], boxes [D, 4]", shapes: grids.shape, boxes.shape)
    }
    let corners = try boxes.floats(), area = size.width * size.height
    var regions: [Region?] = []
    for index in 0..<count {
      let at = 4 * index
      let box = Box(x1: corners[at], y1: corners[at + 1], x2: corners[at + 2], y2: corners[at + 3])
      regions.append(try Region(grids.select(axis: 0, index: index), box, size))
    }
    return try .filled([count, 1, size.height, size.width], "paste") { images in
      images.initialize(repeating: 0, count: count * area)
      for (index, region) in regions.enumerated() {
        guard let region else { continue }
        let width = region.columns.count
        for (row, y) in region.rows.enumerated() {
          (images + index * area + y * size.width + region.columns.lowerBound)
            .update(from: region.values.view.floats + row * width, count: width)
        }
        withExtendedLifetime(region.values) {}
      }
    }
  }

  /// The part of an image that a grid covers.
  private struct Region {
    let columns: Range<Int>
    let rows: Range<Int>
    /// `[rows, columns]`.
    let values: Tensor

    /// Nil where the box lies outside.
    init?(_ grid: Tensor, _ box: Box, _ size: ImageSize) throws(ShapeError) {
      let rows = grid.shape.first ?? 0, columns = grid.shape.last ?? 0
      guard grid.rank == 2, rows > 0, columns > 0 else {
        throw ShapeError(.shape, "mask", "a grid of shape \(grid.shape); expected [h, w]")
      }
      let grown = box.grown(x: Self.growth(columns), y: Self.growth(rows))
      // Far outside there is nothing to paste, and such corners need not fit an Int.
      guard grown.isFinite, max(abs(grown.x1), abs(grown.y1), abs(grown.x2), abs(grown.y2)) < 1_048_576 else {
        return nil
      }
      let left = Int(grown.x1), top = Int(grown.y1)
      let width = max(Int(grown.x2) - left + 1, 1), height = max(Int(grown.y2) - top + 1, 1)
      let x = max(left, 0)..<max(min(left + width, size.width), max(left, 0))
      let y = max(top, 0)..<max(min(top + height, size.height), max(top, 0))
      guard !x.isEmpty, !y.isEmpty else { return nil }
      self.columns = x
      self.rows = y
      values =
        try grid.reshape([1, 1, rows, columns]).pad([(1, 1), (1, 1)])
        .interpolate(size: [height, width], mode: .bilinear)
        .narrow(axis: 2, start: y.lowerBound - top, length: y.count)
        .narrow(axis: 3, start: x.lowerBound - left, length: x.count)
        .reshape([y.count, x.count])
    }

    /// The factor by which a box grows with the cells around its grid.
    private static func growth(_ cells: Int) -> Float { Float(Double(cells + 2) / Double(cells)) }
  }
}

extension Box {
  /// The box grown around its middle by these factors.
  fileprivate func grown(x: Float, y: Float) -> Box {
    let halfWidth = (x2 - x1) * 0.5 * x, halfHeight = (y2 - y1) * 0.5 * y
    let centreX = (x2 + x1) * 0.5, centreY = (y2 + y1) * 0.5
    return Box(x1: centreX - halfWidth, y1: centreY - halfHeight, x2: centreX + halfWidth, y2: centreY + halfHeight)
  }
}
