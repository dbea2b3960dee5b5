import CKernels

/// Pillow's nearest neighbour.
enum NearestResizer {
  static func resize(_ image: Image, width: Int, height: Int) -> [UInt8] {
    let channels = image.channels
    let columns = positions(input: image.width, output: width).map { Int32($0 * channels) }
    let rows = positions(input: image.height, output: height)
    let (stride, rowBytes) = (image.width * channels, width * channels)
    return [UInt8](unsafeUninitializedCapacity: height * rowBytes) { buffer, count in
      image.pixels.withUnsafeBufferPointer { source in
        guard let out = buffer.baseAddress, let source = source.baseAddress else { return }
        ImageKernels.rows(height, cost: rowBytes) { range in
          for y in range {
            let row = out + y * rowBytes
            if y > range.lowerBound, rows[y] == rows[y - 1] {
              row.update(from: row - rowBytes, count: rowBytes)
            } else {
              vk_nearest_row(source + rows[y] * stride, channels, columns, row, width)
            }
          }
        }
      }
      count = height * rowBytes
    }
  }

  /// The source pixel of every output pixel. The positions are summed up, as Pillow does: rounding and all.
  private static func positions(input: Int, output: Int) -> [Int] {
    let step = Double(Float(input)) / Double(output)
    var position = step * 0.5
    return (0..<output).map { _ in
      defer { position += step }
      return min(Int(position), input - 1)
    }
  }
}
