import CKernels

/// Means over whole pixels where every bin of a region has input channels of its own.
package struct PSRoIPool: Primitive {
  package static let name = "psRoIPool"
  /// The standard has no such operator; this is torchvision's own.
  package static let onnxName = "ps_roi_pool"

  package let settings: RegionSettings

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    try settings.check(inputs, Self.name)
    let channels = try settings.channelsPerBin(inputs, Self.name)
    return [TensorSpec([inputs[1].shape[0], channels] + settings.outputSize, inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    PSRoIAlign.evaluate(.averagePool, settings.kernel(inputs[0].shape), inputs, into: outputs)
  }
}

extension Tensor {
  /// Position-sensitive pooling, as `torchvision.ops.ps_roi_pool`: bin (y, x) of output channel c is the mean over its
  /// pixels of input channel `(c * h + y) * w + x`. Features `[N, C * h * w, H, W]`, boxes `[K, 5]` of (image, x1, y1,
  /// x2, y2) -> `[K, C, h, w]` for `outputSize` `[h, w]`. Dai et al. 2016 (R-FCN), arXiv 1605.06409.
  ///
  /// Corners are rounded to whole pixels, and the last row and column are never read, as in the reference. Bins without
  /// pixels are 0, as are boxes that are not finite or beyond 2^30. Throws where an image is out of range.
  public func psRoIPool(_ boxes: Tensor, outputSize: [Int], spatialScale: Double = 1) throws(ShapeError) -> Tensor {
    if rank == 4 { try boxes.checkRegions(images: shape[0], PSRoIPool.name) }
    let settings = RegionSettings(outputSize: outputSize, spatialScale: spatialScale)
    return try .applySingle(PSRoIPool(settings: settings), self, boxes)
  }
}
