import CKernels

/// NumPy broadcasting: shapes are aligned at their last axes, and a size of 1 repeats.
package struct Broadcast {
  /// A grid of `rows` by `columns` is what kernels take at once; the outer axes are looped over.
  package let rows: Int
  package let columns: Int
  /// How each operand lies in the grid.
  package let strides: [vk_stride]
  private let outerSizes: [Int]
  /// By operand, then by outer axis.
  private let outerStrides: [[Int]]
  package let count: Int

  /// The shape that operands of these shapes broadcast to.
  package static func shape(_ a: [Int], _ b: [Int], _ operation: String) throws(ShapeError) -> [Int] {
    let rank = max(a.count, b.count)
    var shape: [Int] = []
    for axis in 0..<rank {
      let x = axis < rank - a.count ? 1 : a[axis - rank + a.count]
      let y = axis < rank - b.count ? 1 : b[axis - rank + b.count]
      guard x == y || x == 1 || y == 1 else {
        throw ShapeError(.shape, operation, "sizes \(x) and \(y) of axis \(axis) do not broadcast", shapes: a, b)
      }
      shape.append(x == 1 ? y : x)
    }
    return shape
  }

  /// How `operands` lie in the output `shape` that they broadcast to.
  package init(_ operands: [[Int]], to shape: [Int]) {
    // Axes of size 1 are dropped, neighbouring axes merged where every operand runs through both in one stride.
    var sizes: [Int] = []
    var strides: [[Int]] = operands.map { _ in [] }
    let element = operands.map { Self.strides(of: $0, in: shape) }
    for axis in shape.indices where shape[axis] != 1 {
      let merges =
        !sizes.isEmpty
        && operands.indices.allSatisfy {
          strides[$0][sizes.count - 1] == element[$0][axis] * shape[axis]
        }
      if merges {
        sizes[sizes.count - 1] *= shape[axis]
        for index in operands.indices { strides[index][sizes.count - 1] = element[index][axis] }
      } else {
        sizes.append(shape[axis])
        for index in operands.indices { strides[index].append(element[index][axis]) }
      }
    }
    count = shape.reduce(1, *)
    columns = sizes.last ?? 1
    rows = sizes.count > 1 ? sizes[sizes.count - 2] : 1
    self.strides = strides.map { all in
      vk_stride(row: all.count > 1 ? all[all.count - 2] : 0, column: all.last ?? 0)
    }
    outerSizes = Array(sizes.dropLast(2))
    outerStrides = strides.map { Array($0.dropLast(2)) }
  }

  private static func strides(of operand: [Int], in shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 0, count: shape.count)
    var stride = 1
    for axis in operand.indices.reversed() {
      let target = axis + shape.count - operand.count
      if operand[axis] != 1 { strides[target] = stride }
      stride *= operand[axis]
    }
    return strides
  }

  /// Calls `body` for grids that cover the output: the operands' offsets, the output's offset, rows and columns.
  /// Several threads; the cut depends on the sizes alone.
  package func forEachGrid(grain: Int = 1 << 15, _ body: ([Int], Int, Int, Int) -> Void) {
    Parallel.ranges(count, grain: grain) { range in
      var position = range.lowerBound
      while position < range.upperBound {
        let row = position / columns, column = position % columns
        let left = range.upperBound - position
        let inGrid = row % rows
        let offsets = offsets(outer: row / rows, row: inGrid, column: column)
        if column != 0 || left < columns {
          let width = min(columns - column, left)
          body(offsets, position, 1, width)
          position += width
        } else {
          let height = min(rows - inGrid, left / columns)
          body(offsets, position, height, columns)
          position += height * columns
        }
      }
    }
  }

  private func offsets(outer: Int, row: Int, column: Int) -> [Int] {
    var offsets = strides.map { row * $0.row + column * $0.column }
    var rest = outer
    for axis in outerSizes.indices.reversed() {
      let place = rest % outerSizes[axis]
      rest /= outerSizes[axis]
      for index in offsets.indices { offsets[index] += place * outerStrides[index][axis] }
    }
    return offsets
  }
}
