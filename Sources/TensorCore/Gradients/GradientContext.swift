/// What a primitive's gradient is computed from: the gradients of its outputs, and the values that it asked to be saved.
package struct GradientContext: Sendable {
  /// The operation, for messages.
  package let operation: String
  /// Shapes and types of the inputs and outputs.
  package let inputSpecs: [TensorSpec], outputSpecs: [TensorSpec]
  /// Gradients of the outputs; nil where nothing depends on an output.
  package let upstreams: [Tensor?]
  private let savedInputs: [Tensor?], savedOutputs: [Tensor?]
  private let needed: [Bool]

  init(
    operation: String, inputSpecs: [TensorSpec], outputSpecs: [TensorSpec], upstreams: [Tensor?],
    savedInputs: [Tensor?], savedOutputs: [Tensor?], needed: [Bool]
  ) {
    self.operation = operation
    self.inputSpecs = inputSpecs
    self.outputSpecs = outputSpecs
    self.upstreams = upstreams
    self.savedInputs = savedInputs
    self.savedOutputs = savedOutputs
    self.needed = needed
  }

  /// Whether somebody wants the gradient of this input.
  package func needs(_ index: Int) -> Bool { index < needed.count && needed[index] }

  /// The gradient of output `index`; zeros where nothing depends on it.
  package func upstream(_ index: Int = 0) throws(ShapeError) -> Tensor {
    if let tensor = upstreams[index] { return tensor }
    return try Tensor.zeros(outputSpecs[index].shape, dtype: outputSpecs[index].dtype)
  }

  /// Input `index`, which must be among the saved ones.
  package func input(_ index: Int) throws(ShapeError) -> Tensor {
    guard index < savedInputs.count, let tensor = savedInputs[index] else {
      throw ShapeError(.gradient, operation, "input \(index) was not saved")
    }
    return tensor
  }

  /// Output `index`, which must be among the saved ones.
  package func output(_ index: Int = 0) throws(ShapeError) -> Tensor {
    guard index < savedOutputs.count, let tensor = savedOutputs[index] else {
      throw ShapeError(.gradient, operation, "output \(index) was not saved")
    }
    return tensor
  }

  /// `gradient` summed over the axes that broadcasting repeated, so that it has the shape of input `index`.
  package func reduced(_ gradient: Tensor, toInput index: Int) throws(ShapeError) -> Tensor {
    let wanted = inputSpecs[index].shape
    var result = gradient
    if gradient.shape != wanted {
      let added = gradient.rank - wanted.count
      var axes = Array(0..<added)
      for (axis, size) in wanted.enumerated() where size == 1 && gradient.shape[added + axis] != 1 {
        axes.append(added + axis)
      }
      if !axes.isEmpty { result = try gradient.sum(axes: axes, keepAxes: true) }
      result = try result.reshape(wanted)
    }
    return try result.cast(to: inputSpecs[index].dtype)
  }
}
