import TensorCore

/// `[yolo]` (v3, v4) or `[region]` (v2): boxes, objectness and class probabilities of every cell and anchor.
///
/// `[N, A (5 + classes), H, W]` -> `[N, H W A, 5 + classes]`, rows in the order row, column, anchor; each row is centre x,
/// centre y, width, height (fractions of the network's input), objectness, and objectness x class probability. Redmon and
/// Farhadi 2016 and 2018, arXiv 1612.08242 and 1804.02767; `scaleXY`: Bochkovskiy et al. 2020, arXiv 2004.10934.
struct DarknetHead: Sendable, Hashable {
  enum Kind: String, Sendable { case yolo, region }

  let kind: Kind
  /// Widths and heights, in pixels of the network's input (yolo) or in cells (region).
  let anchors: [[Float]]
  let classes: Int
  /// Stretches the centre's range beyond its cell.
  let scaleXY: Float
  /// Whether sizes are squares of doubled sigmoids instead of exponentials, and the network applied the sigmoids (scaled YOLOv4).
  let usesNewCoordinates: Bool
  /// Whether classes exclude each other (region's softmax) or not (sigmoids).
  let usesSoftmax: Bool

  func callAsFunction(_ x: Tensor, inputWidth: Int, inputHeight: Int) throws(ShapeError) -> Tensor {
    let count = anchors.count, width = 5 + classes
    guard x.rank == 4, x.shape[1] == count * width else {
      throw ShapeError(
        .shape, kind.rawValue,
        "the map is \(x.shape); \(count) anchors of \(classes) classes need \(count * width) channels")
    }
    let n = x.shape[0], rows = x.shape[2], columns = x.shape[3]
    // [N, H, W, A, 5 + classes]
    let cells = try x.reshape([n, count, width, rows, columns]).permute([0, 3, 4, 1, 2])
    func part(_ start: Int, _ length: Int) throws(ShapeError) -> Tensor {
      try cells.narrow(axis: 4, start: start, length: length)
    }
    func probability(_ x: Tensor) throws(ShapeError) -> Tensor { usesNewCoordinates ? x : try x.sigmoid() }

    let grid = try Tensor(
      (0..<rows).flatMap { row in (0..<columns).flatMap { column in [Float(column), Float(row)] } },
      shape: [1, rows, columns, 1, 2])
    let cellSize = try Tensor([1 / Float(columns), 1 / Float(rows)], shape: [2])
    let centre = try (probability(part(0, 2)) * scaleXY - (scaleXY - 1) / 2 + grid) * cellSize
    let unit: [Float] = kind == .yolo ? [Float(inputWidth), Float(inputHeight)] : [Float(columns), Float(rows)]
    let anchorSizes = try Tensor(anchors.flatMap { [$0[0] / unit[0], $0[1] / unit[1]] }, shape: [count, 2])
    let size = try usesNewCoordinates ? part(2, 2).square() * 4 * anchorSizes : part(2, 2).exp() * anchorSizes
    let objectness = try probability(part(4, 1))
    let classScores = try usesSoftmax ? part(5, classes).softmax(axis: 4) : probability(part(5, classes))
    return try Tensor.concatenate([centre, size, objectness, classScores * objectness], axis: 4)
      .reshape([n, rows * columns * count, width])
  }
}
