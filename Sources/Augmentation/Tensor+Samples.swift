import CKernels
import Imaging
import TensorCore

extension Sample {
  /// Writes the picture as a network's numbers, `[channels, height, width]`, to `target`, which has room for them:
  /// bytes / 255, less the mean, over the deviation, each step rounded as torchvision's `to_dtype` and `normalize` do.
  ///
  /// Throws `AugmentationError.sample` where the normalisation has neither one channel nor the picture's.
  package func write(into target: UnsafeMutablePointer<Float>) throws(AugmentationError) {
    let channels = image.channels
    let mean = normalization?.mean ?? [0], deviation = normalization?.standardDeviation ?? [1]
    guard mean.count == 1 || mean.count == channels else {
      throw .sample("normalize", "\(mean.count) means for a picture of \(channels) channels")
    }
    let tables = (0..<channels).flatMap { channel -> [Float] in
      let c = mean.count == 1 ? 0 : channel
      return (0..<256).map { (Float($0) * Float(1.0 / 255) - Float(mean[c])) / Float(deviation[c]) }
    }
    let order = (0..<Int32(channels)).map { $0 }
    let count = image.width * image.height
    // The whole picture is one row: neither has padding.
    let planes: [UnsafeMutablePointer<Float>?] = (0..<channels).map { target + $0 * count }
    vk_planes_by_table(image.pixels, channels, tables, order, channels, planes, count)
  }
}

extension Tensor {
  /// The pictures of samples as a batch, float32 `[N, C, H, W]`. Throws `AugmentationError.sample` where their sizes or
  /// channels differ or there are none.
  public init(samples: [Sample]) throws(AugmentationError) {
    guard let first = samples.first else { throw .sample("a batch", "there are no samples") }
    for sample in samples where sample.size != first.size || sample.image.format != first.image.format {
      throw .sample(
        "a batch",
        "\(first.size) \(first.image.format) and \(sample.size) \(sample.image.format) do not go together; resize them")
    }
    let size = first.image.pixels.count
    var fault: AugmentationError?
    let values = [Float](unsafeUninitializedCapacity: samples.count * size) { buffer, count in
      count = samples.count * size
      guard let target = buffer.baseAddress else { return }
      for (index, sample) in samples.enumerated() {
        do throws(AugmentationError) {
          try sample.write(into: target + index * size)
        } catch {
          fault = error
          (target + index * size).update(repeating: 0, count: size)
        }
      }
    }
    if let fault { throw fault }
    do {
      try self.init(values, shape: [samples.count, first.image.channels, first.size.height, first.size.width])
    } catch {
      throw .sample("a batch", "\(error)")
    }
  }
}
