import Imaging
import TensorCore

extension Image {
  /// A picture `[N, 3, H, W]` of a batch, its upper left `width` x `height`; `level` makes a byte of a value.
  init(
    _ batch: Tensor, index: Int, width: Int, height: Int, _ level: (Float) -> UInt8
  ) throws {
    let kept = try batch.narrow(axis: 0, start: index, length: 1)
      .narrow(axis: 2, start: 0, length: height).narrow(axis: 3, start: 0, length: width)
    let plane = height * width
    let pixels = kept.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      return [UInt8](unsafeUninitializedCapacity: 3 * plane) { pixels, count in
        for channel in 0..<3 {
          for place in 0..<plane { pixels[3 * place + channel] = level(values[channel * plane + place]) }
        }
        count = 3 * plane
      }
    }
    try self.init(width: width, height: height, format: .rgb, pixels: pixels)
  }
}
