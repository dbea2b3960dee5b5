import CKernels

extension RoIAlign {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  /// By the features; none by the boxes, as in the reference.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let kind = RegionGradient.Kind.align(samplingRatio: samplingRatio, aligned: aligned)
    return try RegionGradient(kind: kind, settings: settings, shape: context.inputSpecs[0].shape).applied(context)
  }
}

extension RoIPool {
  package var savedForGradient: SavedValues { SavedValues(inputs: [0, 1]) }

  /// By the features; none by the boxes.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    try RegionGradient(kind: .pool, settings: settings, shape: context.inputSpecs[0].shape).applied(context)
  }
}

extension PSRoIAlign {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  /// By the features; none by the boxes.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let kind = RegionGradient.Kind.positionAlign(samplingRatio: samplingRatio)
    return try RegionGradient(kind: kind, settings: settings, shape: context.inputSpecs[0].shape).applied(context)
  }
}

extension PSRoIPool {
  package var savedForGradient: SavedValues { SavedValues(inputs: [1]) }

  /// By the features; none by the boxes.
  package func gradients(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    try RegionGradient(kind: .positionPool, settings: settings, shape: context.inputSpecs[0].shape).applied(context)
  }
}

/// The gradient of a pooling over regions by its features. Inputs: upstream, the boxes `[K, 5]`, and, for `pool`, the features.
package struct RegionGradient: Primitive {
  /// Which pooling.
  package enum Kind: Sendable, Hashable {
    case align(samplingRatio: Int, aligned: Bool)
    case pool
    case positionAlign(samplingRatio: Int)
    case positionPool
  }

  package static let name = "region gradient"
  package static let onnxName = ""

  package let kind: Kind
  package let settings: RegionSettings
  /// The features' shape.
  package let shape: [Int]

  package var onnxOperator: String? { nil }

  func applied(_ context: GradientContext) throws(ShapeError) -> [Tensor?] {
    let features = kind == .pool ? [try context.input(0)] : []
    return [try Tensor.apply(self, [context.upstream(), context.input(1)] + features)[0], nil]
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let features = TensorSpec(shape, inputs[0].dtype), all = [features, inputs[1]]
    let expected: TensorSpec
    switch kind {
    case .align(let ratio, let aligned):
      expected = try RoIAlign(settings: settings, samplingRatio: ratio, aligned: aligned).outputs(for: all)[0]
    case .pool: expected = try RoIPool(settings: settings).outputs(for: all)[0]
    case .positionAlign(let ratio):
      expected = try PSRoIAlign(settings: settings, samplingRatio: ratio).outputs(for: all)[0]
    case .positionPool: expected = try PSRoIPool(settings: settings).outputs(for: all)[0]
    }
    guard expected == inputs[0], kind != .pool || inputs[2] == features else {
      throw ShapeError(.shape, Self.name, "upstream does not fit", shapes: inputs[0].shape, shape)
    }
    return [features]
  }

  /// The regions of one block of channels come one after the other: their pixels may overlap.
  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let target = outputs[0].floats, upstream = inputs[0].floats
    target.update(repeating: 0, count: outputs[0].count)
    guard inputs[0].count > 0 else { return }
    let isa = KernelISA.current, count = inputs[0].shape[0], channels = inputs[0].shape[1]
    let region = inputs[0].count / count
    let how: vk_regions, planning: RegionPlan.Kind
    switch kind {
    case .align(let ratio, let aligned):
      (how, planning) = (settings.kernel(shape, sampling: max(ratio, 0), halfPixel: aligned), .align)
    case .positionAlign(let ratio):
      (how, planning) = (settings.kernel(shape, sampling: max(ratio, 0), halfPixel: true), .align)
    case .pool: (how, planning) = (settings.kernel(shape), .pool)
    case .positionPool: (how, planning) = (settings.kernel(shape), .averagePool)
    }
    RegionPlan(planning, how, images: shape[0], isa: isa)
      .run(boxes: inputs[1].floats, count: count, channels: channels, inOrder: true) { item, range in
        var how = how
        let from = upstream + item.index * region
        switch kind {
        case .align:
          withUnsafeTemporaryAllocation(of: Float.self, capacity: how.in_w) { workspace in
            vk_roi_align_gradient(
              isa, &how, from, item.plan, item.weights, target, range.lowerBound, range.upperBound,
              workspace.baseAddress)
          }
        case .pool:
          vk_roi_pool_gradient(
            &how, inputs[2].floats, from, item.plan, target, range.lowerBound, range.upperBound)
        case .positionAlign, .positionPool:
          vk_ps_roi_gradient(&how, from, item.plan, item.weights, target, range.lowerBound, range.upperBound)
        }
      }
  }
}
