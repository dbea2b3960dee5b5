#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The weights of a Gaussian, as torchvision makes them.
enum GaussianKernel {
  /// `size` weights that sum to 1. torchvision's spread is wider than `sigma` says by the ratio of `size` to `size -
  /// 1`-ish: its points lie (size - 1) / sqrt(8) apart from the middle's, which is kept.
  static func weights(_ size: Int, sigma: Double) -> [Float] {
    guard size > 1 else { return [1] }
    let limit = Double(size - 1) / (2 * 2.0.squareRoot())
    let values = (0..<size).map { index in
      let x = (-limit + 2 * limit * Double(index) / Double(size - 1)) / sigma
      return exp(-x * x)
    }
    let sum = values.reduce(0, +)
    return values.map { Float($0 / sum) }
  }
}
