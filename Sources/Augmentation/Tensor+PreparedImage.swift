import Imaging
import TensorCore

extension Tensor {
  /// Prepared pictures of one size as a batch, float32 `[N, C, H, W]`. Throws where the sizes differ or there are none.
  public init(batch images: [PreparedImage]) throws(ShapeError) {
    guard let first = images.first else { throw ShapeError(.shape, "batch", "there are no images") }
    let shape = [first.channels, first.height, first.width]
    var values: [Float] = []
    values.reserveCapacity(images.count * first.values.count)
    for image in images {
      let other = [image.channels, image.height, image.width]
      guard other == shape else { throw ShapeError(.shape, "batch", "images of different sizes", shapes: shape, other) }
      values += image.values
    }
    try self.init(values, shape: [images.count] + shape)
  }
}
