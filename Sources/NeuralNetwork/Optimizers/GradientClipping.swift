import CKernels
import TensorCore

/// The norm of all gradients together, and what clipping to a largest norm multiplies them by.
package struct GradientNorm: Sendable, Hashable {
  /// The L2 norm; NaN or infinite where a gradient is.
  package let value: Double

  /// Whether every gradient is finite; where not, the step had better be left out.
  package var isFinite: Bool { value.isFinite }

  /// Of these gradients (float32), in the order of their paths, whatever the number of threads.
  package init(_ gradients: [String: Tensor]) throws(ShapeError) {
    var total = 0.0
    for path in gradients.keys.sorted() {
      guard let gradient = gradients[path] else { continue }
      try gradient.requireValues("gradient norm")
      guard gradient.dtype == .float32 else {
        throw ShapeError(.dtype, "gradient norm", "the gradient of \(path) is \(gradient.dtype), not float32")
      }
      total += FlatVector.dot(gradient, gradient)
    }
    value = total.squareRoot()
  }

  /// The factor that brings the norm down to `largest`; 1 where it is smaller. As `torch.nn.utils.clip_grad_norm_`: give it to
  /// `Optimizer.step` as the gradients' scale, which saves a pass. NaN where the norm is; 0 where it is infinite.
  package func scale(clippingTo largest: Double) -> Double {
    let factor = largest / (value + 1e-6)
    return factor > 1 ? 1 : factor
  }
}

extension [String: Tensor] {
  /// The gradients with values held within -`limit`...`limit`, as `torch.nn.utils.clip_grad_value_`.
  package func clipped(toValue limit: Double) throws(ShapeError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (path, gradient) in self { result[path] = try gradient.clamp(min: -Float(limit), max: Float(limit)) }
    return result
  }

  /// The gradients times a factor.
  package func scaled(by factor: Double) throws(ShapeError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (path, gradient) in self { result[path] = try gradient * Float(factor) }
    return result
  }
}
