import CKernels

/// Mean of every window.
package struct AveragePool: Primitive {
  package static let name = "averagePool"
  package static let onnxName = "AveragePool"

  package let window: PoolWindow
  /// Whether padding counts as zeros; else a mean is over the elements inside the plane.
  package let countIncludePad: Bool
  /// What sums are divided by, in place of the number of elements.
  package let divisorOverride: Int?

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    [TensorSpec(try window.outputShape(of: inputs[0].shape, Self.name), inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    var geometry = window.geometry(inputs[0].shape, outputs[0].shape)
    let size = vk_pool_workspace(&geometry)
    let rows = inputs[0].shape.dropLast(2).reduce(1, *) * geometry.out_h
    let vertical = divisors(0, over: geometry.in_h, count: geometry.out_h)
    let horizontal = divisors(1, over: geometry.in_w, count: geometry.out_w)
    let rowCost = geometry.in_w * window.kernel[0] + geometry.out_w * window.kernel[1]
    Parallel.ranges(rows, grain: 131_072 / rowCost + 1) { range in
      var geometry = geometry
      withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { workspace in
        vk_average_pool(
          KernelISA.current, source, target, &geometry, vertical, horizontal, range.lowerBound, range.upperBound,
          workspace.baseAddress)
      }
    }
  }

  /// Elements that each window counts along one direction; with an override, all of it along the first and 1 along the second.
  func divisors(_ direction: Int, over size: Int, count: Int) -> [Float] {
    if let divisorOverride { return Array(repeating: direction == 0 ? Float(divisorOverride) : 1, count: count) }
    let end = countIncludePad ? size + window.padding[direction + 2] : size
    return (0..<count).map { index in
      let start = index * window.stride[direction] - window.padding[direction]
      return Float(min(start + window.kernel[direction], end) - (countIncludePad ? start : max(start, 0)))
    }
  }
}

extension Tensor {
  /// Mean of every window. `[N, C, H, W]` -> `[N, C, OH, OW]`, also without N.
  ///
  /// The stride is the kernel where none is given; padding is `[v, h]` or `[top, left, bottom, right]`, smaller than the
  /// window, and counts as zeros unless `countIncludePad` is false. What `ceilMode` adds past the padding never counts.
  /// `divisorOverride` (not 0) divides all sums.
  public func averagePool(
    kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], ceilMode: Bool = false, countIncludePad: Bool = true,
    divisorOverride: Int? = nil
  ) throws(ShapeError) -> Tensor {
    guard divisorOverride != 0 else { throw ShapeError(.argument, AveragePool.name, "divisorOverride is 0") }
    let window = try PoolWindow(AveragePool.name, kernel: kernel, stride: stride, padding: padding, ceilMode: ceilMode)
    return try .applySingle(
      AveragePool(window: window, countIncludePad: countIncludePad, divisorOverride: divisorOverride), self)
  }
}
