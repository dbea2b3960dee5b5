import TensorCore

extension BoxOperators {
  /// The smallest boxes around masks, as `torchvision.ops.masks_to_boxes`: `[N, H, W]` of any type, where anything but 0
  /// is inside, -> `[N, 4]`.
  ///
  /// Corners are the numbers of the outermost columns and rows, so a single pixel gives a box without area; add 1 to x2
  /// and y2 for the outer edges. A mask without pixels gives zeros. Throws where the shape is another.
  public static func masksToBoxes(_ masks: Tensor) throws(ShapeError) -> Tensor {
    guard masks.rank == 3 else {
      throw ShapeError(.shape, "masksToBoxes", "masks must be [N, H, W]", shapes: masks.shape)
    }
    try masks.requireValues("masksToBoxes")
    let inside = masks.dtype == .bool ? masks : try masks.cast(to: .bool)
    let (count, height, width) = (masks.shape[0], masks.shape[1], masks.shape[2])
    let boxes = try Tensor.filled([count, 4], "masksToBoxes") { boxes in
      let pixels = inside.view.elements(as: UInt8.self)
      for mask in 0..<count {
        var left = width, right = -1, top = height, bottom = -1
        for y in 0..<height {
          let row = pixels + (mask * height + y) * width
          guard let first = (0..<width).first(where: { row[$0] != 0 }) else { continue }
          let last = (first..<width).last { row[$0] != 0 } ?? first
          (left, right) = (min(left, first), max(right, last))
          (top, bottom) = (min(top, y), y)
        }
        let box = bottom < 0 ? (0, 0, 0, 0) : (left, top, right, bottom)
        (boxes[4 * mask], boxes[4 * mask + 1]) = (Float(box.0), Float(box.1))
        (boxes[4 * mask + 2], boxes[4 * mask + 3]) = (Float(box.2), Float(box.3))
      }
    }
    withExtendedLifetime(inside) {}
    return boxes
  }
}
