import TensorCore

extension Initializer {
  /// Weights that spread each channel by linear interpolation; all others are 0.
  static func bilinearKernel(_ spec: TensorSpec) throws(ShapeError) -> Tensor {
    guard spec.rank == 4 else {
      throw ShapeError(.shape, "initialize", "bilinear weights are [C, K, h, w], not \(spec)")
    }
    func weights(_ count: Int) -> [Float] {
      let factor = Float((count + 1) / 2)
      let middle = count % 2 == 1 ? factor - 1 : factor - 0.5
      return (0..<count).map { 1 - abs(Float($0) - middle) / factor }
    }
    let rows = weights(spec.shape[2]), columns = weights(spec.shape[3])
    let kernel = rows.flatMap { row in columns.map { row * $0 } }
    var values = [Float](repeating: 0, count: try spec.checkedCount("initialize"))
    for channel in 0..<min(spec.shape[0], spec.shape[1]) {
      let start = (channel * spec.shape[1] + channel) * kernel.count
      values.replaceSubrange(start..<start + kernel.count, with: kernel)
    }
    return try Tensor(values, shape: spec.shape).cast(to: spec.dtype)
  }
}
