import TensorCore

/// Boxes as networks regress them: the move of the middle in units of the anchor's sides, and the logarithm of the ratio of
/// sides, each times a weight. Girshick et al. 2013, arXiv 1311.2524.
public struct BoxCoder: Sendable, Hashable {
  /// The weights of the codes for x, y, width and height.
  public let weights: [Float]
  /// Logarithms of ratios are cut here before they are raised to a power, so that no box gets infinite: log(1000 / 16).
  public static let largestLogarithm: Float = 4.135_166_556_742_356

  /// A coder with the weights of x, y, width and height.
  public init(x: Float = 1, y: Float = 1, width: Float = 1, height: Float = 1) { weights = [x, y, width, height] }

  /// The codes that lead from each anchor `[N, 4]` to its box `[N, 4]`.
  public func encode(_ boxes: Tensor, anchors: Tensor) throws(ShapeError) -> Tensor {
    let count = try boxes.boxCount("encode")
    guard try anchors.boxCount("encode") == count else {
      throw ShapeError(.shape, "encode", "a box for every anchor", shapes: boxes.shape, anchors.shape)
    }
    let (wx, wy, ww, wh) = (weights[0], weights[1], weights[2], weights[3])
    let ratios = try Tensor.filled([count, 2], "encode") { ratios in
      let box = boxes.view.floats, anchor = anchors.view.floats
      for at in 0..<count {
        ratios[2 * at] = (box[4 * at + 2] - box[4 * at]) / (anchor[4 * at + 2] - anchor[4 * at])
        ratios[2 * at + 1] = (box[4 * at + 3] - box[4 * at + 1]) / (anchor[4 * at + 3] - anchor[4 * at + 1])
      }
    }.log()
    let codes = try Tensor.filled([count, 4], "encode") { codes in
      let box = boxes.view.floats, anchor = anchors.view.floats, logarithm = ratios.view.floats
      for at in 0..<count {
        let b = box + 4 * at, a = anchor + 4 * at
        let anchorWidth = a[2] - a[0], anchorHeight = a[3] - a[1], width = b[2] - b[0], height = b[3] - b[1]
        codes[4 * at] = wx * ((b[0] + 0.5 * width) - (a[0] + 0.5 * anchorWidth)) / anchorWidth
        codes[4 * at + 1] = wy * ((b[1] + 0.5 * height) - (a[1] + 0.5 * anchorHeight)) / anchorHeight
        codes[4 * at + 2] = ww * logarithm[2 * at]
        codes[4 * at + 3] = wh * logarithm[2 * at + 1]
      }
    }
    withExtendedLifetime((boxes, anchors, ratios)) {}
    return codes
  }

  /// The boxes `[N, 4 * K]` that the codes `[N, 4 * K]` make of anchors `[N, 4]`: K boxes an anchor.
  public func decode(_ codes: Tensor, anchors: Tensor) throws(ShapeError) -> Tensor {
    let count = try anchors.boxCount("decode")
    guard codes.rank == 2, codes.shape[0] == count, codes.shape[1] % 4 == 0, codes.dtype == .float32 else {
      throw ShapeError(.shape, "decode", "codes must be float32 [N, 4 * K]", shapes: codes.shape, anchors.shape)
    }
    try codes.requireValues("decode")
    let each = codes.shape[1] / 4
    let (wx, wy, ww, wh) = (weights[0], weights[1], weights[2], weights[3]), largest = Self.largestLogarithm
    let growth = try Tensor.filled([count, each, 2], "decode") { growth in
      let code = codes.view.floats
      for at in 0..<count * each {
        let width = code[4 * at + 2] / ww, height = code[4 * at + 3] / wh
        growth[2 * at] = width > largest ? largest : width
        growth[2 * at + 1] = height > largest ? largest : height
      }
    }.exp()
    let boxes = try Tensor.filled(codes.shape, "decode") { boxes in
      let code = codes.view.floats, anchor = anchors.view.floats, growth = growth.view.floats
      for row in 0..<count {
        let a = anchor + 4 * row
        let width = a[2] - a[0], height = a[3] - a[1]
        let middleX = a[0] + 0.5 * width, middleY = a[1] + 0.5 * height
        for at in row * each..<(row + 1) * each {
          let c = code + 4 * at, b = boxes + 4 * at
          let x = c[0] / wx * width + middleX, y = c[1] / wy * height + middleY
          let halfWidth = 0.5 * (growth[2 * at] * width), halfHeight = 0.5 * (growth[2 * at + 1] * height)
          b[0] = x - halfWidth
          b[1] = y - halfHeight
          b[2] = x + halfWidth
          b[3] = y + halfHeight
        }
      }
    }
    withExtendedLifetime((codes, anchors, growth)) {}
    return boxes
  }
}
