import CKernels

/// What the poolings over regions have in common: the size of their results and how boxes lie on the features.
package struct RegionSettings: Sendable, Hashable {
  /// Rows and columns of bins.
  package var outputSize: [Int]
  /// Pixels of the features for one of the boxes.
  package var spatialScale: Double

  /// Most bins along a side, and most samples along a bin.
  static let limit = 1 << 14

  /// Throws unless the inputs are features `[N, C, H, W]` and boxes `[K, 5]`.
  func check(_ inputs: [TensorSpec], _ operation: String) throws(ShapeError) {
    guard outputSize.count == 2, outputSize.allSatisfy((1...Self.limit).contains) else {
      throw ShapeError(.argument, operation, "output size \(outputSize): two values of 1 to \(Self.limit) needed")
    }
    guard spatialScale > 0, Float(spatialScale).isFinite else {
      throw ShapeError(.argument, operation, "spatial scale \(spatialScale) must be positive and finite")
    }
    let shape = inputs[0].shape
    guard shape.count == 4, shape[2] > 0, shape[3] > 0, max(shape[2], shape[3]) <= 1 << 30 else {
      throw ShapeError(.shape, operation, "features must be [N, C, H, W] with pixels", shapes: shape)
    }
    guard inputs[1].rank == 2, inputs[1].shape[1] == 5 else {
      throw ShapeError(
        .shape, operation, "boxes must be [K, 5]: image, x1, y1, x2, y2", shapes: shape, inputs[1].shape)
    }
  }

  /// Input channels over bins, for the position-sensitive ones.
  func channelsPerBin(_ inputs: [TensorSpec], _ operation: String) throws(ShapeError) -> Int {
    let bins = outputSize[0] * outputSize[1], shape = inputs[0].shape
    guard shape[1] % bins == 0 else {
      throw ShapeError(
        .shape, operation, "\(shape[1]) channels do not divide into \(outputSize[0]) x \(outputSize[1]) bins",
        shapes: shape)
    }
    return shape[1] / bins
  }

  /// The kernels' view.
  func kernel(_ features: [Int], sampling: Int = 0, halfPixel: Bool = false) -> vk_regions {
    vk_regions(
      channels: features[1], in_h: features[2], in_w: features[3], out_h: outputSize[0], out_w: outputSize[1],
      scale: Float(spatialScale), sampling: sampling, half_pixel: halfPixel)
  }
}

extension Tensor {
  /// Throws where a box names an image outside `0 ..< images`: primitives cannot fail while they compute. Boxes that are
  /// only recorded have no values to look at; those of no image then give zeros.
  func checkRegions(images: Int, _ operation: String) throws(ShapeError) {
    guard placeholder == nil, rank == 2, shape[1] == 5, dtype.isFloatingPoint else { return }  // else refused later
    let values = try floats()
    for row in 0..<shape[0] {
      let image = values[row * 5]
      guard image >= 0, image < Float(images) else {
        throw ShapeError(.argument, operation, "box \(row) is of image \(image), there are \(images)")
      }
    }
  }
}
