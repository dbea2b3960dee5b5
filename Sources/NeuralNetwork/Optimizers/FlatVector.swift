import CKernels
import TensorCore

/// Arithmetic of float32 tensors seen as vectors, in place and on several threads, with the same bits on any number of them.
enum FlatVector {
  private static let run = 1 << 16

  /// The sum of products, in float64: runs of a fixed length, added in order. The tensors must have as many elements.
  static func dot(_ a: Tensor, _ b: Tensor) -> Double {
    let count = a.count, runs = (count + run - 1) / run
    let x = a.view.floats, y = b.view.floats, isa = KernelISA.current
    let sums = [Double](unsafeUninitializedCapacity: runs) { buffer, initialized in
      let results = buffer
      Parallel.ranges(runs, grain: 1) { range in
        for index in range {
          let start = index * run
          results[index] = vk_dot(isa, x + start, y + start, min(run, count - start))
        }
      }
      initialized = runs
    }
    withExtendedLifetime((a, b)) {}
    return sums.reduce(0, +)
  }

  /// `y = y + factor * x`.
  static func add(_ factor: Double, _ x: Tensor, to y: inout Tensor) throws(ShapeError) {
    try combine(x, &y) { vk_axpy(KernelISA.current, Float(factor), $0, $1, $2) }
  }

  /// `y = y + weight * (x - y)`.
  static func blend(_ weight: Double, _ x: Tensor, into y: inout Tensor) throws(ShapeError) {
    try combine(x, &y) { vk_lerp(KernelISA.current, Float(weight), $0, $1, $2) }
  }

  /// `factor * x`.
  static func scaled(_ factor: Double, _ x: Tensor) throws(ShapeError) -> Tensor {
    var result = try Tensor(uninitialized: x.spec, operation: "scale")
    try combine(x, &result) { vk_scale(KernelISA.current, Float(factor), $0, $1, $2) }
    return result
  }

  private static func combine(
    _ x: Tensor, _ y: inout Tensor, _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) throws(ShapeError) {
    let target = try y.ownedFloats(), source = x.view.floats
    Parallel.ranges(x.count, grain: run) { body(source + $0.lowerBound, target + $0.lowerBound, $0.count) }
    withExtendedLifetime(x) {}
  }
}
