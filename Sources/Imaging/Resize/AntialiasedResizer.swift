import CKernels

/// Pillow's two passes: columns first into bytes, then rows.
enum AntialiasedResizer {
  static func resize(_ image: Image, width: Int, height: Int, filter: ResizeFilter) throws(ImageError) -> [UInt8] {
    let channels = image.channels
    let rowBytes = width * channels
    var pixels = image.pixels
    let vertical =
      height == image.height
      ? nil : ResamplingWeights(input: image.height, output: height, filter: filter, alignment: 4)
    // Only the rows that the second pass reads are made by the first.
    let firstRow = Int(vertical?.starts.first ?? 0)
    let lastRow = vertical.map { Int($0.starts[height - 1] + $0.counts[height - 1]) } ?? image.height
    var origin = 0
    if width != image.width {
      let weights = ResamplingWeights(
        input: image.width, output: width, filter: filter, alignment: channels == 1 ? 8 : 4)
      origin = firstRow
      pixels = columns(pixels, of: image, rows: firstRow..<max(lastRow, firstRow + 1), weights: weights, width: width)
    }
    guard let vertical else { return pixels }
    return [UInt8](unsafeUninitializedCapacity: height * rowBytes) { buffer, count in
      let isa = ImageKernels.isa
      pixels.withUnsafeBufferPointer { source in
        vertical.weights.withUnsafeBufferPointer { weights in
          guard let out = buffer.baseAddress, let source = source.baseAddress, let weights = weights.baseAddress
          else { return }
          ImageKernels.rows(height, cost: rowBytes * (vertical.padded + 1)) { range in
            for y in range {
              vk_resample_vertical(
                isa, source + (Int(vertical.starts[y]) - origin) * rowBytes, rowBytes, Int(vertical.counts[y]),
                weights + y * vertical.padded * 2, out + y * rowBytes, rowBytes)
            }
          }
        }
      }
      count = height * rowBytes
    }
  }

  private static func columns(
    _ pixels: [UInt8], of image: Image, rows: Range<Int>, weights: ResamplingWeights, width: Int
  ) -> [UInt8] {
    let channels = image.channels
    let (stride, rowBytes) = (image.width * channels, width * channels)
    return [UInt8](unsafeUninitializedCapacity: rows.count * rowBytes) { buffer, count in
      let isa = ImageKernels.isa
      pixels.withUnsafeBufferPointer { source in
        weights.weights.withUnsafeBufferPointer { values in
          guard let out = buffer.baseAddress, let source = source.baseAddress, let values = values.baseAddress
          else { return }
          weights.starts.withUnsafeBufferPointer { starts in
            weights.counts.withUnsafeBufferPointer { counts in
              ImageKernels.rows(rows.count, cost: stride + rowBytes * weights.padded) { range in
                let row = rows.lowerBound + range.lowerBound
                vk_resample_horizontal(
                  isa, source + row * stride, stride, range.count, (image.height - row) * stride, channels,
                  starts.baseAddress, counts.baseAddress, values, weights.padded,
                  out + range.lowerBound * rowBytes, rowBytes, width)
              }
            }
          }
        }
      }
      count = rows.count * rowBytes
    }
  }
}
