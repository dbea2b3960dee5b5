import CKernels

extension MaxPool {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(MaxPoolGradient(window: window), context.upstream(), context.input(0))]
  }
}

/// The gradient of a largest-element pool: to the first of the largest elements of each window. Inputs: upstream and the pool's
/// input.
package struct MaxPoolGradient: Primitive {
  package static let name = "maxPool gradient"
  package static let onnxName = ""

  package let window: PoolWindow

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    guard try window.outputShape(of: inputs[1].shape, Self.name) == inputs[0].shape else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, inputs[1].shape)
    }
    return [inputs[1]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, source = inputs[1].floats, target = outputs[0].floats
    let geometry = window.geometry(inputs[1].shape, inputs[0].shape)
    let planes = inputs[1].shape.dropLast(2).reduce(1, *)
    let area = geometry.in_h * geometry.in_w, count = geometry.out_h * geometry.out_w
    Parallel.ranges(planes, grain: 65_536 / (area + count * 4) + 1) { range in
      withUnsafeTemporaryAllocation(byteCount: count * 8, alignment: 64) { memory in
        guard let base = memory.baseAddress else { return }
        let positions = base.assumingMemoryBound(to: Int64.self)
        Workspace.withFloats(count) { values in
          for plane in range {
            var geometry = geometry
            vk_max_pool_indices(
              KernelISA.current, source + plane * area, values, positions, &geometry, 0, geometry.out_h)
            let result = target + plane * area, from = upstream + plane * count
            result.update(repeating: 0, count: area)
            for place in 0..<count { result[Int(positions[place])] += from[place] }
          }
        }
      }
    }
  }
}

extension AveragePool {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let size = context.inputSpecs[0].shape
    return [try .applySingle(AveragePoolGradient(pool: self, size: Array(size.suffix(2))), context.upstream())]
  }
}

/// The gradient of an average pool: each mean's share to the elements of its window. Input: upstream.
package struct AveragePoolGradient: Primitive {
  package static let name = "averagePool gradient"
  package static let onnxName = ""

  package let pool: AveragePool
  /// Rows and columns of the pool's input.
  package let size: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = Array(inputs[0].shape.dropLast(2)) + size
    guard try pool.window.outputShape(of: shape, Self.name) == inputs[0].shape else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, shape)
    }
    return [TensorSpec(shape, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, target = outputs[0].floats, window = pool.window
    let (height, width) = (size[0], size[1])
    let rows = inputs[0].shape[inputs[0].shape.count - 2], columns = inputs[0].shape[inputs[0].shape.count - 1]
    let planes = inputs[0].shape.dropLast(2).reduce(1, *), area = height * width
    let vertical = pool.divisors(0, over: height, count: rows)
    let horizontal = pool.divisors(1, over: width, count: columns)
    Parallel.ranges(planes, grain: 65_536 / (area + rows * columns * 4) + 1) { range in
      for plane in range {
        let result = target + plane * area, from = upstream + plane * rows * columns
        result.update(repeating: 0, count: area)
        for row in 0..<rows {
          let top = row * window.stride[0] - window.padding[0]
          let down = max(top, 0)..<max(min(top + window.kernel[0], height), max(top, 0))
          for column in 0..<columns {
            let left = column * window.stride[1] - window.padding[1]
            let across = max(left, 0)..<max(min(left + window.kernel[1], width), max(left, 0))
            let share = from[row * columns + column] / (vertical[row] * horizontal[column])
            for y in down {
              for x in across { result[y * width + x] += share }
            }
          }
        }
      }
    }
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(pool, context.upstream())]
  }
}

extension GlobalAveragePool {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let shape = context.inputSpecs[0].shape, upstream = try context.upstream()
    return [try (upstream / Float(shape.dropFirst(2).reduce(1, *))).expand(to: shape)]
  }
}
