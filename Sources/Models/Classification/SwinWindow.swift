import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The square windows of a Swin Transformer: how patches lie in them, relative to each other.
struct SwinWindow: Sendable {
  /// Side in patches.
  let side: Int
  /// For every two patches of a window, the row of the table of relative positions.
  let positionIndex: [Int]

  init(side: Int) {
    self.side = side
    var index: [Int] = []
    for a in 0..<side * side {
      for b in 0..<side * side {
        index.append((a / side - b / side + side - 1) * (2 * side - 1) + a % side - b % side + side - 1)
      }
    }
    positionIndex = index
  }

  /// Patches of a window.
  var count: Int { side * side }
  /// Relative positions of two patches.
  var positionCount: Int { (2 * side - 1) * (2 * side - 1) }

  /// The relative positions, vertical and horizontal, on the second version's logarithmic scale of -8 ... 8.
  var positions: [Float] {
    // log2(8 |d| / (side - 1) + 1) / 3, with the sign of d.
    let scale = (0..<2 * side - 1).map { step -> Float in
      let distance = Float(step - side + 1) / Float(max(side - 1, 1)) * 8
      return (distance < 0 ? -1 : 1) * log2(abs(distance) + 1) / 3
    }
    return scale.flatMap { vertical in scale.flatMap { [vertical, $0] } }
  }

  /// `[N, H, W, C]`, H and W multiples of the side -> `[N, windows, side * side, C]`.
  func partition(_ x: Tensor) throws(ShapeError) -> Tensor {
    let (n, h, w, c) = (x.shape[0], x.shape[1] / side, x.shape[2] / side, x.shape[3])
    return try x.reshape([n, h, side, w, side, c]).permute([0, 1, 3, 2, 4, 5]).reshape([n, h * w, count, c])
  }

  /// The way back to `[N, H, W, C]`.
  func join(_ x: Tensor, height: Int, width: Int) throws(ShapeError) -> Tensor {
    let (n, h, w, c) = (x.shape[0], height / side, width / side, x.shape[3])
    return try x.reshape([n, h, w, side, side, c]).permute([0, 1, 3, 2, 4, 5]).reshape([n, height, width, c])
  }

  /// What keeps patches that only the shift brought into one window from each other: -100 for such two, 0 for others.
  /// `[windows, 1, side * side, side * side]` for `height` x `width` patches that were shifted by `shift`.
  func mask(height: Int, width: Int, shift: (Int, Int)) throws(ShapeError) -> Tensor {
    // A side that is not shifted is one region.
    func regions(_ size: Int, _ shift: Int) -> [Int] {
      (0..<size).map { shift == 0 ? 0 : $0 < size - side ? 0 : $0 < size - shift ? 1 : 2 }
    }
    let rows = regions(height, shift.0), columns = regions(width, shift.1)
    let windows = (height / side) * (width / side)
    var values = [Float](repeating: 0, count: windows * count * count)
    for window in 0..<windows {
      let top = window / (width / side) * side, left = window % (width / side) * side
      guard top + side == height || left + side == width else { continue }
      let inside = (0..<count).map { 3 * rows[top + $0 / side] + columns[left + $0 % side] }
      for a in 0..<count {
        let row = (window * count + a) * count
        for b in 0..<count where inside[a] != inside[b] { values[row + b] = -100 }
      }
    }
    return try Tensor(values, shape: [windows, 1, count, count])
  }
}
