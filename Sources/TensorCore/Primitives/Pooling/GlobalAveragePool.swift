import CKernels

/// Mean of every plane; the spatial axes stay, with size 1.
package struct GlobalAveragePool: Primitive {
  package static let name = "globalAveragePool"
  package static let onnxName = "GlobalAveragePool"

  package init() {}

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.count >= 3, shape.dropFirst(2).allSatisfy({ $0 > 0 }) else {
      throw ShapeError(.shape, Self.name, "input must be [N, C, ...] with pixels", shapes: shape)
    }
    return [TensorSpec(shape.prefix(2) + shape.dropFirst(2).map { _ in 1 }, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape
    Self.evaluate(
      inputs[0].floats, outputs[0].floats, planes: shape[0] * shape[1], count: shape.dropFirst(2).reduce(1, *))
  }

  static func evaluate(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, planes: Int, count: Int
  ) {
    Parallel.ranges(planes, grain: 131_072 / (count + 16) + 1) { range in
      vk_plane_means(
        KernelISA.current, source + range.lowerBound * count, target + range.lowerBound, range.count, count)
    }
  }
}

extension Tensor {
  /// Mean of every plane. `[N, C, H, W]` -> `[N, C, 1, 1]`; any number of spatial axes. Summed in double precision.
  public func globalAveragePool() throws(ShapeError) -> Tensor { try .applySingle(GlobalAveragePool(), self) }
}
