import CKernels

/// Mean or largest element of windows that divide each plane into `size` rows and columns, overlapping where they must:
/// window `i` of `n` over `m` elements is `floor(i m / n) ..< ceil((i + 1) m / n)`.
///
/// ONNX has no such operator: exporters write the pooling that it amounts to for a fixed input size.
package struct AdaptivePool: Primitive {
  package enum Reduction: String, Sendable { case average, max }

  package static let name = "adaptivePool"
  package static let onnxName = "AdaptivePool"

  package let size: [Int]
  package let reduction: Reduction

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard size.count == 2, size.allSatisfy({ $0 > 0 }) else {
      throw ShapeError(.argument, Self.name, "size \(size): two positive values needed")
    }
    guard shape.count == 3 || shape.count == 4, shape.suffix(2).allSatisfy({ $0 > 0 }) else {
      throw ShapeError(.shape, Self.name, "input must be [N, C, H, W] or [C, H, W] with pixels", shapes: shape)
    }
    for (sides, axis) in zip(size, shape.suffix(2)) {
      guard !sides.multipliedReportingOverflow(by: axis + 1).overflow else {
        throw ShapeError(.memory, Self.name, "size \(size) is too large", shapes: shape)
      }
    }
    return [TensorSpec(shape.dropLast(2) + size, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    let planes = inputs[0].shape.dropLast(2).reduce(1, *)
    let height = inputs[0].shape[inputs[0].shape.count - 2], width = inputs[0].shape[inputs[0].shape.count - 1]
    if size == [1, 1], reduction == .average {
      return GlobalAveragePool.evaluate(source, target, planes: planes, count: height * width)
    }
    let rows = planes * size[0], rowCost = (height / size[0] + 2) * width + 4 * size[1]
    Parallel.ranges(rows, grain: 65_536 / rowCost + 1) { range in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { workspace in
        let kernel = reduction == .average ? vk_adaptive_average_pool : vk_adaptive_max_pool
        kernel(
          KernelISA.current, source, target, height, width, size[0], size[1], range.lowerBound, range.upperBound,
          workspace.baseAddress)
      }
    }
  }
}

extension Tensor {
  /// Means that divide each plane into `size` rows and columns. `[N, C, H, W]` -> `[N, C, size[0], size[1]]`, also without N.
  public func adaptiveAveragePool(_ size: [Int]) throws(ShapeError) -> Tensor {
    try .applySingle(AdaptivePool(size: size, reduction: .average), self)
  }

  /// Largest elements of windows that divide each plane into `size` rows and columns. `[N, C, H, W]` -> `[N, C, size[0], size[1]]`,
  /// also without N. NaN propagates.
  public func adaptiveMaxPool(_ size: [Int]) throws(ShapeError) -> Tensor {
    try .applySingle(AdaptivePool(size: size, reduction: .max), self)
  }
}
