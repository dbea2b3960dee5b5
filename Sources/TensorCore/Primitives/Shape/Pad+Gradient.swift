import CKernels

extension Pad {
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    if case .constant = mode {
      return [try .applySingle(Pad(before: before.map(-), after: after.map(-), mode: .constant(0)), context.upstream())]
    }
    return [try .applySingle(PadGradient(pad: self, shape: context.inputSpecs[0].shape), context.upstream())]
  }
}

/// The gradient of a pad that repeats elements: what each of them gave, added up. Input: upstream.
package struct PadGradient: Primitive {
  package static let name = "pad gradient"
  package static let onnxName = ""

  package let pad: Pad
  /// The unpadded tensor's shape.
  package let shape: [Int]

  package var onnxOperator: String? { nil }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let spec = TensorSpec(shape, inputs[0].dtype)
    guard try pad.outputs(for: [spec])[0] == inputs[0] else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, shape)
    }
    return [spec]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let skipped = shape.count - pad.before.count
    let axes = pad.before.indices.filter { pad.before[$0] != 0 || pad.after[$0] != 0 }.map { $0 + skipped }
    guard outputs[0].count > 0 else { return }
    fold(axes[...], inputs[0].floats, inputs[0].shape, into: outputs[0].floats)
  }

  /// Takes back one axis after the other.
  private func fold(
    _ axes: ArraySlice<Int>, _ source: UnsafePointer<Float>, _ from: [Int], into target: UnsafeMutablePointer<Float>
  ) {
    guard let axis = axes.first else { return target.update(from: source, count: from.reduce(1, *)) }
    var to = from
    to[axis] = shape[axis]
    guard axes.count > 1 else { return foldAxis(axis, source, from, into: target) }
    Workspace.withFloats(to.reduce(1, *)) { part in
      foldAxis(axis, source, from, into: part)
      fold(axes.dropFirst(), part, to, into: target)
    }
  }

  private func foldAxis(
    _ axis: Int, _ source: UnsafePointer<Float>, _ from: [Int], into target: UnsafeMutablePointer<Float>
  ) {
    let place = axis - (shape.count - pad.before.count), size = shape[axis]
    var indices = [Int32](repeating: 0, count: from[axis])
    for part in pad.parts(of: size, pad.before[place], pad.after[place]) {
      for index in 0..<max(part.count, 0) { indices[part.target + index] = Int32(part.source + index * part.step) }
    }
    let inner = from[(axis + 1)...].reduce(1, *), outer = from[..<axis].reduce(1, *)
    Parallel.ranges(outer, grain: 65_536 / (from[axis] * inner + 1) + 1) { range in
      vk_fold_axis(
        KernelISA.current, source, target, range.lowerBound, range.upperBound, from[axis], size, inner, indices)
    }
  }
}
