import TensorCore

/// Boxes as the distances of their four edges from an anchor's middle, in units of the anchor's sides.
/// Tian et al. 2019 (FCOS), arXiv 1904.01355; torchvision's `BoxLinearCoder`.
public struct LinearBoxCoder: Sendable, Hashable {
  /// Whether distances are in units of the anchor's sides, not in pixels.
  public let normalizesBySize: Bool

  /// A coder.
  public init(normalizesBySize: Bool = true) { self.normalizesBySize = normalizesBySize }

  /// The distances (left, top, right, bottom) `[N, 4]` from each anchor's middle to the edges of its box `[N, 4]`.
  public func encode(_ boxes: Tensor, anchors: Tensor) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("encode")
    guard try anchors.boxCount("encode") == count else {
      throw ShapeError(.shape, "encode", "a box for every anchor", shapes: boxes.shape, anchors.shape)
    }
    defer { withExtendedLifetime((boxes, anchors)) {} }
    return try Tensor.filled([count, 4], "encode") { codes in
      let box = boxes.view.floats, anchor = anchors.view.floats
      for at in 0..<count {
        let b = box + 4 * at, a = anchor + 4 * at, code = codes + 4 * at
        let x = 0.5 * (a[0] + a[2]), y = 0.5 * (a[1] + a[3])
        let width = normalizesBySize ? a[2] - a[0] : 1, height = normalizesBySize ? a[3] - a[1] : 1
        code[0] = (x - b[0]) / width
        code[1] = (y - b[1]) / height
        code[2] = (b[2] - x) / width
        code[3] = (b[3] - y) / height
      }
    }
  }

  /// The boxes `[N, 4]` that distances `[N, 4]` from the middles of anchors `[N, 4]` make.
  public func decode(_ codes: Tensor, anchors: Tensor) throws(ShapeError) -> Tensor {
    let count = try codes.boxCount("decode")
    guard try anchors.boxCount("decode") == count else {
      throw ShapeError(.shape, "decode", "a code for every anchor", shapes: codes.shape, anchors.shape)
    }
    defer { withExtendedLifetime((codes, anchors)) {} }
    return try Tensor.filled([count, 4], "decode") { boxes in
      let codes = codes.view.floats, anchor = anchors.view.floats
      for at in 0..<count {
        let c = codes + 4 * at, a = anchor + 4 * at, box = boxes + 4 * at
        let x = 0.5 * (a[0] + a[2]), y = 0.5 * (a[1] + a[3])
        let width = normalizesBySize ? a[2] - a[0] : 1, height = normalizesBySize ? a[3] - a[1] : 1
        box[0] = x - c[0] * width
        box[1] = y - c[1] * height
        box[2] = x + c[2] * width
        box[3] = y + c[3] * height
      }
    }
  }
}
