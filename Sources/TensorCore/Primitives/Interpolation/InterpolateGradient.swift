import CKernels

extension Interpolate {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let size = Array(context.inputSpecs[0].shape.suffix(2))
    return [try .applySingle(InterpolateGradient(interpolation: self, size: size), context.upstream())]
  }
}

/// The gradient of an interpolation: a resampling by the transposed tables. Input: upstream.
package struct InterpolateGradient: Primitive {
  package static let name = "interpolate gradient"
  package static let onnxName = ""

  package let interpolation: Interpolate
  /// Rows and columns of the interpolated planes.
  package let size: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let spec = TensorSpec(Array(inputs[0].shape.dropLast(2)) + size, inputs[0].dtype)
    guard try interpolation.outputs(for: [spec])[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, spec.shape)
    }
    return [spec]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].shape, (vertical, horizontal) = interpolation.tables(outputs[0].shape, upstream)
    Self.resample(inputs[0], into: outputs[0], vertical, horizontal)
  }

  /// Carries `upstream` back through the tables that made it.
  static func resample(
    _ upstream: TensorView, into output: MutableTensorView, _ vertical: ResampleTable, _ horizontal: ResampleTable
  ) {
    let from = Array(upstream.shape.suffix(2)), to = Array(output.shape.suffix(2))
    guard output.count > 0 else { return }
    let work = ResampleRows(
      vertical: vertical.transposed(to: to[0]), horizontal: horizontal.transposed(to: to[1]), height: from[0],
      width: from[1])
    let rows = output.count / to[1], source = upstream.floats, target = output.floats
    let cost = to[1] * work.horizontal.taps + from[1] * work.vertical.taps + 1
    Parallel.ranges(rows, grain: 65_536 / cost + 1) { work.resample(source, into: target, rows: $0) }
  }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    [try .applySingle(interpolation, context.upstream())]
  }
}
