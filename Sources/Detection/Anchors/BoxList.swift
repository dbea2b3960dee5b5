import Imaging
import TensorCore

/// The boxes of a `[N, 4]` tensor as values.
enum BoxList {
  static func clipped(_ boxes: Tensor, to size: ImageSize) throws(ShapeError) -> [Box] {
    let count = try boxes.boxCount("boxes")
    let width = Float(size.width), height = Float(size.height)
    return boxes.withUnsafeBytes { bytes in
      let corners = bytes.bindMemory(to: Float.self)
      return (0..<count).map { index in
        let at = 4 * index
        // A NaN stays one, and is dropped by suppression.
        return Box(
          x1: clamp(corners[at], width), y1: clamp(corners[at + 1], height), x2: clamp(corners[at + 2], width),
          y2: clamp(corners[at + 3], height))
      }
    }
  }

  static func tensor(_ boxes: [Box]) throws(ShapeError) -> Tensor {
    try .filled([boxes.count, 4], "boxes") { corners in
      for (index, box) in boxes.enumerated() {
        corners[4 * index] = box.x1
        corners[4 * index + 1] = box.y1
        corners[4 * index + 2] = box.x2
        corners[4 * index + 3] = box.y2
      }
    }
  }

  private static func clamp(_ value: Float, _ limit: Float) -> Float {
    value < 0 ? 0 : value > limit ? limit : value
  }
}
