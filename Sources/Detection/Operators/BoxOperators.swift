import CKernels
import Imaging
import TensorCore

/// What is done with many boxes at once, as in `torchvision.ops`. Boxes are float32 `[N, 4]`: corners x1, y1, x2, y2 in
/// pixels. For single boxes see `Box`. All throw `ShapeError` where shapes or types are others.
public enum BoxOperators {
  /// What four numbers say of a box.
  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// Corners: left, upper, right, lower.
    case xyxy
    /// Upper left corner, width, height.
    case xywh
    /// Middle, width, height.
    case cxcywh
  }

  /// Areas in square pixels, `[N, 4]` -> `[N]`; negative where one side is.
  public static func area(_ boxes: Tensor) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("area")
    let areas = try Tensor.filled([count], "area") { areas in
      let box = boxes.view.floats
      for at in 0..<count { areas[at] = (box[4 * at + 2] - box[4 * at]) * (box[4 * at + 3] - box[4 * at + 1]) }
    }
    withExtendedLifetime(boxes) {}
    return areas
  }

  /// Intersection over union of each pair, `[N, 4]`, `[M, 4]` -> `[N, M]`, 0 to 1; 0 for two boxes without area.
  public static func iou(_ boxes: Tensor, _ others: Tensor) throws(ShapeError) -> Tensor {
    try overlaps(VK_IOU, boxes, others, "iou")
  }

  /// Generalised intersection over union of each pair, -1 to 1: less the share of the smallest box around both that
  /// neither covers. `[N, 4]`, `[M, 4]` -> `[N, M]`. Rezatofighi et al. 2019, arXiv 1902.09630.
  public static func giou(_ boxes: Tensor, _ others: Tensor) throws(ShapeError) -> Tensor {
    try overlaps(VK_GIOU, boxes, others, "giou")
  }

  /// Distance intersection over union of each pair, -1 to 1: less the squared distance of the middles over the squared
  /// diagonal of the smallest box around both. `[N, 4]`, `[M, 4]` -> `[N, M]`. Zheng et al. 2019, arXiv 1911.08287.
  public static func diou(_ boxes: Tensor, _ others: Tensor) throws(ShapeError) -> Tensor {
    try overlaps(VK_DIOU, boxes, others, "diou")
  }

  /// Complete intersection over union of each pair: the distance one, less a term for how aspect ratios differ.
  /// `[N, 4]`, `[M, 4]` -> `[N, M]`. Zheng et al. 2019, arXiv 1911.08287.
  public static func ciou(_ boxes: Tensor, _ others: Tensor) throws(ShapeError) -> Tensor {
    try overlaps(VK_CIOU, boxes, others, "ciou")
  }

  /// Boxes in another format, `[N, 4]` -> `[N, 4]`.
  public static func convert(_ boxes: Tensor, from: Format, to: Format) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("convert")
    guard from != to else { return boxes }
    let converted = try Tensor.filled(boxes.shape, "convert") { target in
      let source = boxes.view.floats
      for at in stride(from: 0, to: 4 * count, by: 4) {
        let (a, b, c, d) = (source[at], source[at + 1], source[at + 2], source[at + 3])
        let corners =
          switch from {
          case .xyxy: (a, b, c, d)
          case .xywh: (a, b, a + c, b + d)
          case .cxcywh: (a - 0.5 * c, b - 0.5 * d, a + 0.5 * c, b + 0.5 * d)
          }
        let (x1, y1, x2, y2) = corners
        let result =
          switch to {
          case .xyxy: corners
          case .xywh: (x1, y1, x2 - x1, y2 - y1)
          case .cxcywh: ((x1 + x2) / 2, (y1 + y2) / 2, x2 - x1, y2 - y1)
          }
        (target[at], target[at + 1], target[at + 2], target[at + 3]) = result
      }
    }
    withExtendedLifetime(boxes) {}
    return converted
  }

  /// Boxes with their edges moved into a picture of this size, `[N, 4]` -> `[N, 4]`. NaN stays.
  public static func clip(_ boxes: Tensor, to size: ImageSize) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("clip"), limits = [Float(size.width), Float(size.height)]
    let clipped = try Tensor.filled(boxes.shape, "clip") { target in
      let source = boxes.view.floats
      for at in 0..<4 * count {
        let value = source[at], limit = limits[at % 2]
        target[at] = value < 0 ? 0 : value > limit ? limit : value
      }
    }
    withExtendedLifetime(boxes) {}
    return clipped
  }

  /// The indices of the boxes `[N, 4]` whose sides are both at least `minimumSize` pixels, in order.
  public static func removeSmall(_ boxes: Tensor, minimumSize: Float) throws(ShapeError) -> [Int] {
    let count = try boxes.boxCount("removeSmall"), box = boxes.view.floats
    let large = (0..<count).filter { at in
      box[4 * at + 2] - box[4 * at] >= minimumSize && box[4 * at + 3] - box[4 * at + 1] >= minimumSize
    }
    withExtendedLifetime(boxes) {}
    return large
  }

  /// Multiplications that are worth handing to a thread.
  private static let grain = 1 << 14

  private static func overlaps(
    _ kind: vk_overlap, _ boxes: Tensor, _ others: Tensor, _ operation: String
  ) throws(ShapeError) -> Tensor {
    let rows = try boxes.boxCount(operation), columns = try others.boxCount(operation)
    let result = try Tensor.filled([rows, columns], operation) { target in
      let box = boxes.view.floats
      Workspace.withFloats(6 * columns) { planes in
        vk_box_planes(others.view.floats, columns, planes)
        Parallel.ranges(rows, grain: grain / max(columns, 1) + 1) { range in
          vk_box_overlaps(KernelISA.current, kind, box, range.lowerBound, range.upperBound, planes, columns, target)
        }
      }
    }
    withExtendedLifetime((boxes, others)) {}
    return result
  }
}
