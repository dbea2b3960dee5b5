import CKernels

/// Means of bilinear samples in the bins of regions.
package struct RoIAlign: Primitive {
  package static let name = "roiAlign"
  package static let onnxName = "RoiAlign"

  package let settings: RegionSettings
  /// Samples along each side of a bin; -1: about one a pixel.
  package let samplingRatio: Int
  package let aligned: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(inputs, Self.name)
    try Self.check(samplingRatio: samplingRatio, Self.name)
    return [TensorSpec([inputs[1].shape[0], inputs[0].shape[1]] + settings.outputSize, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let features = inputs[0].floats, end = features + inputs[0].count, target = outputs[0].floats
    guard outputs[0].count > 0 else { return }
    let how = settings.kernel(inputs[0].shape, sampling: max(samplingRatio, 0), halfPixel: aligned)
    let isa = KernelISA.current, region = outputs[0].count / outputs[0].shape[0]
    let plan = RegionPlan(.align, how, images: inputs[0].shape[0], isa: isa)
    plan.run(boxes: inputs[1].floats, count: outputs[0].shape[0], channels: how.channels) { item, channels in
      var how = how
      withUnsafeTemporaryAllocation(of: Float.self, capacity: vk_regions_workspace(&how)) { workspace in
        vk_roi_align(
          isa, &how, features, end, item.plan, item.weights, target + item.index * region, channels.lowerBound,
          channels.upperBound, workspace.baseAddress)
      }
    }
  }

  /// Throws unless the ratio is -1, 0 or a sensible number.
  static func check(samplingRatio: Int, _ operation: String) throws(ShapeError) {
    guard (-1...RegionSettings.limit).contains(samplingRatio) else {
      throw ShapeError(
        .argument, operation,
        "sampling ratio \(samplingRatio) must be -1 (by the box's size) or 1 to \(RegionSettings.limit)")
    }
  }
}

extension Tensor {
  /// Means of bilinear samples in the bins of regions, as `torchvision.ops.roi_align`. Features `[N, C, H, W]`, boxes
  /// `[K, 5]` of (image, x1, y1, x2, y2) -> `[K, C, outputSize[0], outputSize[1]]`. He et al. 2017, arXiv 1703.06870.
  ///
  /// `spatialScale` is the features' pixels for one pixel of the boxes. A bin takes `samplingRatio` squared samples, or,
  /// for -1, as many as it has pixels. With `aligned`, boxes are moved by half a pixel, as the pixels' centres are, and
  /// may be thinner than a pixel; without it, they are at least one. What a box reaches outside the features is zero,
  /// and so is a box that is empty (`aligned` and -1), not finite, or beyond 2^30. Throws where an image is out of range.
  public func roiAlign(
    _ boxes: Tensor, outputSize: [Int], spatialScale: Double = 1, samplingRatio: Int = -1, aligned: Bool = false
  ) throws(ShapeError) -> Tensor {
    if rank == 4 { try boxes.checkRegions(images: shape[0], RoIAlign.name) }
    let settings = RegionSettings(outputSize: outputSize, spatialScale: spatialScale)
    return try .applySingle(
      RoIAlign(settings: settings, samplingRatio: samplingRatio, aligned: aligned), self, boxes)
  }
}
