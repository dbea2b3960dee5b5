import TensorCore
import TestSupport
import Testing

@Suite struct BroadcastTests {
  /// Large enough to be cut into tasks that start in the middle of rows; checked element by element.
  @Test(arguments: [
    [[3, 5, 70, 101], [5, 1, 1]], [[3, 5, 70, 101], [3, 1, 70, 1]], [[2, 1, 300, 1, 211], [2, 3, 1, 2, 1]],
    [[40_000, 3], [3]], [[3], [40_000, 3]], [[200, 1], [1, 333]], [[7, 1, 5, 1, 3, 1, 200], [1, 2, 1, 4, 1, 3, 1]],
  ])
  func everyElementMeetsItsPartner(shapes: [[Int]]) throws {
    let a = try Formula.tensor(shapes[0], seed: 1), b = try Formula.tensor(shapes[1], seed: 2)
    let sum = try a - b
    let (x, y, z) = (try a.floats(), try b.floats(), try sum.floats())
    let strides = shapes.map { operand -> [Int] in
      let padded = [Int](repeating: 1, count: sum.rank - operand.count) + operand
      var step = 1
      let reversed = padded.reversed().map { size -> Int in
        defer { step *= size }
        return size == 1 ? 0 : step
      }
      return reversed.reversed()
    }
    for index in z.indices {
      var rest = index, i = 0, j = 0
      for axis in sum.shape.indices.reversed() {
        i += rest % sum.shape[axis] * strides[0][axis]
        j += rest % sum.shape[axis] * strides[1][axis]
        rest /= sum.shape[axis]
      }
      if z[index] != x[i] - y[j] {
        Issue.record("element \(index) of \(sum.shape) is \(z[index]), not \(x[i]) - \(y[j])")
        return
      }
    }
  }
}
