import CKernels

/// Cross-entropy of each row of logits against its target class, without a tensor of probabilities.
///
/// Inputs: logits `[N, C, ...]`, int64 targets `[N, ...]`, and weights of the classes `[C]` where `isWeighted`. Outputs,
/// float32: the losses and the weights of the targets, `[N, ...]` each, and what normalises a row, `[2, N, ...]`: its largest
/// logit and the logarithm of the sum of e^(x - largest). Ignored rows give a loss and a weight of 0, whatever their logits;
/// targets out of range give a loss of NaN.
package struct CrossEntropy: Primitive {
  package static let name = "cross-entropy"
  package static let onnxName = ""
  package let smoothing: Double
  package let ignoredTarget: Int
  package let isWeighted: Bool

  package init(smoothing: Double, ignoredTarget: Int, isWeighted: Bool) {
    self.smoothing = smoothing
    self.ignoredTarget = ignoredTarget
    self.isWeighted = isWeighted
  }

  package var onnxOperator: String? { nil }

  package func dtypes(ofInput index: Int) -> DTypeSet {
    index == 0 ? .floating : index == 1 ? .indices : DTypeSet(.float32)
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let logits = inputs[0], rows = inputs[1].shape
    guard logits.rank >= 2, logits.shape[1] > 0, rows == [logits.shape[0]] + logits.shape[2...] else {
      throw ShapeError(
        .shape, Self.name, "takes logits [N, C, ...] and targets [N, ...]", shapes: logits.shape, rows)
    }
    guard smoothing >= 0, smoothing <= 1 else {
      throw ShapeError(.argument, Self.name, "label smoothing \(smoothing) is not in 0...1")
    }
    if isWeighted, inputs[2].shape != [logits.shape[1]] {
      throw ShapeError(.shape, Self.name, "takes a weight for each class", shapes: logits.shape, inputs[2].shape)
    }
    return [TensorSpec(rows), TensorSpec(rows), TensorSpec([2] + rows)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let logits = inputs[0].floats, targets = inputs[1].elements(as: Int64.self), rows = inputs[1].count
    let losses = outputs[0].floats, weights = outputs[1].floats, largest = outputs[2].floats
    forEachRun(inputs[0].shape, isWeighted ? inputs[2].floats : nil) { numbers, row, first, count in
      vk_cross_entropy_forward(
        KernelISA.current, numbers, logits, targets, row, first, count, losses, weights, largest, largest + rows)
    }
  }

  package var savedForGradient: SavedValues { SavedValues(inputs: isWeighted ? [0, 1, 2] : [0, 1], outputs: [2]) }

  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    guard context.needs(0) else { return context.inputSpecs.map { _ in nil } }
    let gradient = CrossEntropyGradient(forward: self)
    var inputs = [try context.upstream(), try context.input(0), try context.input(1), try context.output(2)]
    if isWeighted { inputs.append(try context.input(2)) }
    return [try Tensor.apply(gradient, inputs)[0], nil] + (isWeighted ? [nil] : [])
  }

  /// Calls `body` with the kernel's numbers for runs of rows that cover logits of this shape, on several threads.
  func forEachRun(
    _ shape: [Int], _ weights: UnsafePointer<Float>?,
    _ body: (UnsafePointer<vk_cross_entropy>, Int, Int, Int) -> Void
  ) {
    let split = AxisSplit(shape, axis: 1), classes = split.length
    let sum = weights.map { weights in (0..<classes).reduce(0.0) { $0 + Double(weights[$1]) } } ?? Double(classes)
    let numbers = vk_cross_entropy(
      classes: classes, inner: split.inner, weights: weights, weight_sum: sum, ignored: Int64(ignoredTarget),
      smoothing: Float(smoothing))
    split.forEachBlock { outer, outerCount, inner, innerCount in
      withUnsafePointer(to: numbers) { numbers in
        if split.inner == 1 { return body(numbers, 0, outer, outerCount) }
        for row in outer..<outer + outerCount { body(numbers, row, inner, innerCount) }
      }
    }
  }
}

/// The gradient of cross-entropy's logits. Inputs: upstream of the losses, the logits, the targets, what normalises the rows,
/// and the classes' weights where there are any.
package struct CrossEntropyGradient: Primitive {
  package static let name = "cross-entropy gradient"
  package static let onnxName = ""
  package let forward: CrossEntropy

  package var onnxOperator: String? { nil }
  package func dtypes(ofInput index: Int) -> DTypeSet { index == 2 ? .indices : .floating }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let expected = try forward.outputs(for: [inputs[1], inputs[2]] + inputs[4...])
    guard inputs[0].shape == expected[0].shape, inputs[3] == expected[2] else {
      throw ShapeError(.shape, Self.name, "does not fit its forward pass", shapes: inputs[0].shape, inputs[3].shape)
    }
    return [inputs[1]]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let upstream = inputs[0].floats, logits = inputs[1].floats, targets = inputs[2].elements(as: Int64.self)
    let largest = inputs[3].floats, rows = inputs[2].count, out = outputs[0].floats
    forward.forEachRun(inputs[1].shape, forward.isWeighted ? inputs[4].floats : nil) { numbers, row, first, count in
      vk_cross_entropy_backward(
        KernelISA.current, numbers, upstream, logits, targets, largest, largest + rows, row, first, count, out)
    }
  }
}
