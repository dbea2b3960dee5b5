import CKernels

/// Largest elements in the bins of regions.
package struct RoIPool: Primitive {
  package static let name = "roiPool"
  package static let onnxName = "MaxRoiPool"

  package let settings: RegionSettings

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(inputs, Self.name)
    return [TensorSpec([inputs[1].shape[0], inputs[0].shape[1]] + settings.outputSize, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let features = inputs[0].floats, end = features + inputs[0].count, target = outputs[0].floats
    guard outputs[0].count > 0 else { return }
    let how = settings.kernel(inputs[0].shape)
    let isa = KernelISA.current, region = outputs[0].count / outputs[0].shape[0]
    let plan = RegionPlan(.pool, how, images: inputs[0].shape[0], isa: isa)
    plan.run(boxes: inputs[1].floats, count: outputs[0].shape[0], channels: how.channels) { item, channels in
      var how = how
      withUnsafeTemporaryAllocation(of: Float.self, capacity: vk_regions_workspace(&how)) { workspace in
        vk_roi_pool(
          isa, &how, features, end, item.plan, target + item.index * region, channels.lowerBound,
          channels.upperBound, workspace.baseAddress)
      }
    }
  }
}

extension Tensor {
  /// Largest elements in the bins of regions, as `torchvision.ops.roi_pool`. Features `[N, C, H, W]`, boxes `[K, 5]` of
  /// (image, x1, y1, x2, y2) -> `[K, C, outputSize[0], outputSize[1]]`. Girshick 2015, arXiv 1504.08083.
  ///
  /// `spatialScale` is the features' pixels for one pixel of the boxes, whose corners are then rounded to whole pixels
  /// (halves away from zero) and belong to the region. Bins without pixels are 0, as are boxes that are not finite or
  /// beyond 2^30; NaN is passed over. Throws where an image is out of range.
  public func roiPool(_ boxes: Tensor, outputSize: [Int], spatialScale: Double = 1) throws(ShapeError) -> Tensor {
    if rank == 4 { try boxes.checkRegions(images: shape[0], RoIPool.name) }
    let settings = RegionSettings(outputSize: outputSize, spatialScale: spatialScale)
    return try .applySingle(RoIPool(settings: settings), self, boxes)
  }
}
