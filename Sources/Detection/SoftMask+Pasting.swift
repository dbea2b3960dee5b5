import Imaging
import TensorCore

extension SoftMask {
  /// The probability of every pixel of an image of this size, the grid stretched over `box`: `[height, width]`, 0 outside.
  /// As torchvision's `paste_masks_in_image`: one cell of zeros around the grid, corners cut to whole pixels, bilinear.
  public func pasted(into box: Box, of size: ImageSize) throws(ShapeError) -> Tensor {
    let rows = probabilities.shape.first ?? 0, columns = probabilities.shape.last ?? 0
    guard probabilities.rank == 2, rows > 0, columns > 0 else {
      throw ShapeError(.shape, "mask", "a grid of shape \(probabilities.shape); expected [h, w]")
    }
    let grown = box.grown(x: Float(columns + 2) / Float(columns), y: Float(rows + 2) / Float(rows))
    // Far outside there is nothing to paste, and such corners need not fit an Int.
    guard grown.isFinite, max(abs(grown.x1), abs(grown.y1), abs(grown.x2), abs(grown.y2)) < 1_048_576 else {
      return try .zeros([size.height, size.width])
    }
    let left = Int(grown.x1), top = Int(grown.y1)
    let width = max(Int(grown.x2) - left + 1, 1), height = max(Int(grown.y2) - top + 1, 1)
    let x = max(left, 0)..<max(min(left + width, size.width), max(left, 0))
    let y = max(top, 0)..<max(min(top + height, size.height), max(top, 0))
    guard !x.isEmpty, !y.isEmpty else { return try .zeros([size.height, size.width]) }
    return
      try probabilities.reshape([1, 1, rows, columns]).pad([(1, 1), (1, 1)])
      .interpolate(size: [height, width], mode: .bilinear)
      .narrow(axis: 2, start: y.lowerBound - top, length: y.count)
      .narrow(axis: 3, start: x.lowerBound - left, length: x.count)
      .pad([(y.lowerBound, size.height - y.upperBound), (x.lowerBound, size.width - x.upperBound)])
      .reshape([size.height, size.width])
  }

  /// The pixels that are at least as probable as `threshold`.
  public func mask(in box: Box, of size: ImageSize, threshold: Float = 0.5) throws -> Mask {
    let values = try pasted(into: box, of: size)
    let pixels = values.withUnsafeBytes { bytes in
      bytes.bindMemory(to: Float.self).map { $0 >= threshold ? UInt8(1) : 0 }
    }
    return try Mask(width: size.width, height: size.height, pixels: pixels)
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
