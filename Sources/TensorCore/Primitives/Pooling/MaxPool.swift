import CKernels

/// Largest element of every window. NaN propagates. With `indices`, a second output holds the int64 position `y * W + x` of each.
package struct MaxPool: Primitive {
  package static let name = "maxPool"
  package static let onnxName = "MaxPool"

  package let window: PoolWindow
  package let indices: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = try window.outputShape(of: inputs[0].shape, Self.name)
    let values = TensorSpec(shape, inputs[0].dtype)
    return indices ? [values, TensorSpec(shape, .int64)] : [values]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let source = inputs[0].floats, target = outputs[0].floats
    var geometry = window.geometry(inputs[0].shape, outputs[0].shape)
    let planes = inputs[0].shape.dropLast(2).reduce(1, *)
    let rows = planes * geometry.out_h, rowCost = geometry.in_w * window.kernel[0] + geometry.out_w * window.kernel[1]
    if indices {
      let positions = outputs[1].elements(as: Int64.self)
      Parallel.ranges(rows, grain: 65_536 / (geometry.out_w * min(window.kernel[0] * window.kernel[1], 65_536)) + 1) {
        range in
        var geometry = geometry
        vk_max_pool_indices(KernelISA.current, source, target, positions, &geometry, range.lowerBound, range.upperBound)
      }
      return
    }
    let dense = vk_max_pool_dense_workspace(&geometry)
    if window.kernel.max() ?? 1 > 3, window.stride == [1, 1], window.dilation == [1, 1], dense < Self.largestWorkspace {
      Parallel.ranges(planes, grain: 65_536 / (geometry.in_h * geometry.in_w) + 1) { range in
        var geometry = geometry
        withUnsafeTemporaryAllocation(of: Float.self, capacity: dense) { workspace in
          vk_max_pool_dense(
            KernelISA.current, source, target, &geometry, range.lowerBound, range.upperBound, workspace.baseAddress)
        }
      }
      return
    }
    let size = vk_pool_workspace(&geometry)
    Parallel.ranges(rows, grain: 131_072 / rowCost + 1) { range in
      var geometry = geometry
      withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { workspace in
        vk_max_pool(
          KernelISA.current, source, target, &geometry, range.lowerBound, range.upperBound, workspace.baseAddress)
      }
    }
  }

  /// Floats: what a second-level cache holds a few times over. Larger planes are pooled row by row.
  private static let largestWorkspace = 1 << 20
}

extension Tensor {
  /// Largest element of every window. `[N, C, H, W]` -> `[N, C, OH, OW]`, also without N.
  ///
  /// The stride is the kernel where none is given. Padding is `[v, h]` or `[top, left, bottom, right]` and never wins; it
  /// may be anything smaller than the window (PyTorch stops at half of it), since darknet pads on one side only. With
  /// `ceilMode` a window may reach past the padding at the end. NaN propagates.
  public func maxPool(
    kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], dilation: [Int] = [1, 1], ceilMode: Bool = false
  ) throws(ShapeError) -> Tensor {
    let window = try PoolWindow(
      MaxPool.name, kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
    return try .applySingle(MaxPool(window: window, indices: false), self)
  }

  /// As `maxPool`, with the int64 position `y * W + x` of each largest element in its plane: the first of equal ones, the last NaN.
  public func maxPoolWithIndices(
    kernel: [Int], stride: [Int]? = nil, padding: [Int] = [0, 0], dilation: [Int] = [1, 1], ceilMode: Bool = false
  ) throws(ShapeError) -> (values: Tensor, indices: Tensor) {
    let window = try PoolWindow(
      MaxPool.name, kernel: kernel, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode)
    let results = try Tensor.apply(MaxPool(window: window, indices: true), [self])
    return (results[0], results[1])
  }
}
