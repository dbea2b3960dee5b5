import CKernels

/// Means of bilinear samples where every bin of a region has input channels of its own.
package struct PSRoIAlign: Primitive {
  package static let name = "psRoIAlign"
  /// The standard has no such operator; this is torchvision's own.
  package static let onnxName = "ps_roi_align"

  package let settings: RegionSettings
  /// Samples along each side of a bin; -1: about one a pixel.
  package let samplingRatio: Int

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(inputs, Self.name)
    try RoIAlign.check(samplingRatio: samplingRatio, Self.name)
    let channels = try settings.channelsPerBin(inputs, Self.name)
    return [TensorSpec([inputs[1].shape[0], channels] + settings.outputSize, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let how = settings.kernel(inputs[0].shape, sampling: max(samplingRatio, 0), halfPixel: true)
    Self.evaluate(.align, how, inputs, into: outputs)
  }

  /// The loop that both position-sensitive poolings share.
  static func evaluate(
    _ kind: RegionPlan.Kind, _ how: vk_regions, _ inputs: [TensorView], into outputs: [MutableTensorView]
  ) {
    let features = inputs[0].floats, target = outputs[0].floats
    guard outputs[0].count > 0 else { return }
    let isa = KernelISA.current, region = outputs[0].count / outputs[0].shape[0]
    let plan = RegionPlan(kind, how, images: inputs[0].shape[0], isa: isa)
    plan.run(boxes: inputs[1].floats, count: outputs[0].shape[0], channels: outputs[0].shape[1]) { item, channels in
      var how = how
      vk_ps_roi(
        isa, &how, features, item.plan, item.weights, target + item.index * region, channels.lowerBound,
        channels.upperBound)
    }
  }
}

extension Tensor {
  /// Position-sensitive alignment, as `torchvision.ops.ps_roi_align`: bin (y, x) of output channel c reads input channel
  /// `(c * h + y) * w + x`. Features `[N, C * h * w, H, W]`, boxes `[K, 5]` of (image, x1, y1, x2, y2) -> `[K, C, h, w]`
  /// for `outputSize` `[h, w]`. Li et al. 2017 (Light-Head R-CNN), arXiv 1711.07264.
  ///
  /// Samples, scale and boxes as in `roiAlign` with `aligned`.
  public func psRoIAlign(
    _ boxes: Tensor, outputSize: [Int], spatialScale: Double = 1, samplingRatio: Int = -1
  ) throws(ShapeError) -> Tensor {
    if rank == 4 { try boxes.checkRegions(images: shape[0], PSRoIAlign.name) }
    let settings = RegionSettings(outputSize: outputSize, spatialScale: spatialScale)
    return try .applySingle(PSRoIAlign(settings: settings, samplingRatio: samplingRatio), self, boxes)
  }
}
