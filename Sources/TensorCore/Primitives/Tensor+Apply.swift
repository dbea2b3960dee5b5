extension Tensor {
  /// Runs a primitive on inputs: checks types and shapes, allocates the outputs, evaluates.
  package static func apply<P: Primitive>(_ primitive: P, _ inputs: [Tensor]) throws(ShapeError) -> [Tensor] {
    for (index, input) in inputs.enumerated() {
      let accepted = primitive.dtypes(ofInput: index)
      guard accepted.contains(DTypeSet(input.dtype)) else {
        throw ShapeError(.dtype, primitive.operation, "input \(index) is \(input.dtype); accepted: \(accepted)")
      }
    }
    let specs = try primitive.outputs(for: inputs.map(\.spec))
    let outputs = try compute(primitive, inputs, specs)
    guard let tape = Tape.current else { return outputs }
    return tape.record(primitive, inputs, outputs)
  }

  private static func compute<P: Primitive>(
    _ primitive: P, _ inputs: [Tensor], _ specs: [TensorSpec]
  ) throws(ShapeError) -> [Tensor] {
    if let recording = inputs.lazy.compactMap(\.placeholder).first?.recording {
      return recording.add(primitive, inputs, specs)
    }
    if !primitive.takesHalfPrecision, inputs.contains(where: { $0.dtype == .bfloat16 || $0.dtype == .float16 }) {
      return try applyWidened(primitive, inputs, rounding: specs)
    }
    return try evaluate(primitive, inputs, specs)
  }

  /// The only output of a primitive with one.
  package static func applySingle<P: Primitive>(_ primitive: P, _ inputs: Tensor...) throws(ShapeError) -> Tensor {
    try apply(primitive, inputs)[0]
  }

  private static func evaluate<P: Primitive>(
    _ primitive: P, _ inputs: [Tensor], _ specs: [TensorSpec]
  ) throws(ShapeError) -> [Tensor] {
    if let shared = primitive.sharedOutputs(of: inputs, specs) { return shared }
    var outputs: [Tensor] = []
    for spec in specs { outputs.append(try Tensor(uninitialized: spec, operation: primitive.operation)) }
    primitive.evaluate(inputs.map(\.view), into: outputs.map(\.mutableView))
    withExtendedLifetime(inputs) {}
    return outputs
  }

  /// Half precision is storage: compute in float32, round at the end.
  private static func applyWidened<P: Primitive>(
    _ primitive: P, _ inputs: [Tensor], rounding specs: [TensorSpec]
  ) throws(ShapeError) -> [Tensor] {
    var wide: [Tensor] = []
    for input in inputs { wide.append(input.dtype.isFloatingPoint ? try input.cast(to: .float32) : input) }
    let results = try evaluate(
      primitive, wide, specs.map { TensorSpec($0.shape, $0.dtype.isFloatingPoint ? .float32 : $0.dtype) })
    var rounded: [Tensor] = []
    for (result, spec) in zip(results, specs) { rounded.append(try result.cast(to: spec.dtype)) }
    return rounded
  }
}
