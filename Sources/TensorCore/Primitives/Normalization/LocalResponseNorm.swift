import CKernels

/// Division by a power of the mean square over neighbouring channels.
package struct LocalResponseNorm: Primitive {
  package static let name = "localResponseNorm"
  package static let onnxName = "LRN"

  package let size: Int
  package let alpha: Double
  package let beta: Double
  package let k: Double

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard inputs[0].rank >= 3 else {
      throw ShapeError(.shape, Self.name, "input must be [N, C, ...] with spatial axes", shapes: inputs[0].shape)
    }
    guard (1...65_536).contains(size) else {
      throw ShapeError(.argument, Self.name, "size \(size) is not from 1 to 65536")
    }
    return [inputs[0]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    let channels = inputs[0].shape[1], plane = inputs[0].shape.dropFirst(2).reduce(1, *)
    guard inputs[0].count > 0 else { return }
    // Stretches of pixels through all channels, so that the few rows that a window needs stay in the cache.
    let stretches = (plane + Self.stretch - 1) / Self.stretch
    Parallel.ranges(inputs[0].shape[0] * stretches, grain: 1) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.stretch) { workspace in
        for index in range {
          let sample = index / stretches * channels * plane, begin = index % stretches * Self.stretch
          vk_local_response(
            KernelISA.current, source + sample, target + sample, channels, plane, begin,
            min(begin + Self.stretch, plane),
            size, Float(alpha), Float(beta), Float(k), workspace.baseAddress)
        }
      }
    }
  }

  private static let stretch = 1024
}

extension Tensor {
  /// `x / (k + alpha / size * sum of squares)^beta`, the sum over `size` channels around each (`size / 2` before it), as
  /// `torch.nn.LocalResponseNorm`. `[N, C, ...]` -> the same. Krizhevsky et al. 2012, section 3.3.
  public func localResponseNorm(
    size: Int, alpha: Double = 1e-4, beta: Double = 0.75, k: Double = 1
  ) throws(ShapeError) -> Tensor {
    try .applySingle(LocalResponseNorm(size: size, alpha: alpha, beta: beta, k: k), self)
  }
}
