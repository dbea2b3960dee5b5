import CKernels

/// Pillow's two passes, with bytes in between.
enum AntialiasedResizer {
  /// Whether the rows are resampled before the columns. Bytes in between are rounded, so the order shows.
  ///
  /// Pillow 13 began to do so where the height shrinks by more than twice the pixels that the width does.
  static func takesRowsFirst(_ image: Image, width: Int, height: Int) -> Bool {
    image.height > height && image.height - height > 2 * (image.width - width)
  }

  static func resize(_ image: Image, width: Int, height: Int, filter: ResizeFilter) throws(ImageError) -> [UInt8] {
    let plane = Plane(image)
    if width == image.width { return rows(of: plane, height: height, filter: filter).pixels }
    if height == image.height {
      return columns(of: plane, from: 0..<height, width: width, filter: filter).pixels
    }
    if takesRowsFirst(image, width: width, height: height) {
      try ImageLimits.standard.check(width: image.width, height: height)
      let between = rows(of: plane, height: height, filter: filter)
      return columns(of: between, from: 0..<height, width: width, filter: filter).pixels
    }
    try ImageLimits.standard.check(width: width, height: image.height)
    let weights = ResamplingWeights(input: image.height, output: height, filter: filter, alignment: 4)
    // Only the rows that the second pass reads are made by the first.
    let first = Int(weights.starts[0])
    let last = max(Int(weights.starts[height - 1] + weights.counts[height - 1]), first + 1)
    let between = columns(of: plane, from: first..<last, width: width, filter: filter)
    return rows(of: between, firstRow: first, weights: weights, height: height).pixels
  }

  /// Rows of bytes, without the promises of an image.
  private struct Plane {
    var width: Int
    var height: Int
    var channels: Int
    var pixels: [UInt8]

    init(_ image: Image) {
      (width, height, channels, pixels) = (image.width, image.height, image.channels, image.pixels)
    }

    /// A plane of `width` x `height` that `fill` writes.
    init(_ width: Int, _ height: Int, _ channels: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
      (self.width, self.height, self.channels) = (width, height, channels)
      pixels = [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, count in
        buffer.baseAddress.map(fill)
        count = width * height * channels
      }
    }

    var stride: Int { width * channels }
  }

  private static func rows(of plane: Plane, height: Int, filter: ResizeFilter) -> Plane {
    let weights = ResamplingWeights(input: plane.height, output: height, filter: filter, alignment: 4)
    return rows(of: plane, firstRow: 0, weights: weights, height: height)
  }

  /// The vertical pass over a plane whose first row is row `firstRow` of the picture.
  private static func rows(of plane: Plane, firstRow: Int, weights: ResamplingWeights, height: Int) -> Plane {
    let stride = plane.stride, isa = ImageKernels.isa, taps = vk_taps_best(isa, plane.channels)
    let size = vk_row_taps_size(taps, 1, weights.padded), packed = weights.packedForRows(taps)
    return Plane(plane.width, height, plane.channels) { out in
      plane.pixels.withUnsafeBufferPointer { source in
        packed.withUnsafeBufferPointer { values in
          guard let source = source.baseAddress, let values = values.baseAddress else { return }
          ImageKernels.rows(height, cost: stride * (weights.padded + 1)) { range in
            for y in range {
              vk_resample_vertical(
                isa, taps, source + (Int(weights.starts[y]) - firstRow) * stride, stride, Int(weights.counts[y]),
                values + y * size, out + y * stride, stride)
            }
          }
        }
      }
    }
  }

  /// The horizontal pass over some rows.
  private static func columns(of plane: Plane, from rows: Range<Int>, width: Int, filter: ResizeFilter) -> Plane {
    let channels = plane.channels
    let weights = ResamplingWeights(
      input: plane.width, output: width, filter: filter, alignment: channels == 1 ? 8 : 4)
    let (stride, rowBytes) = (plane.stride, width * channels)
    let isa = ImageKernels.isa, taps = vk_taps_best(isa, channels), packed = weights.packedForColumns(taps)
    return Plane(width, rows.count, channels) { out in
      plane.pixels.withUnsafeBufferPointer { source in
        packed.withUnsafeBufferPointer { values in
          guard let source = source.baseAddress, let values = values.baseAddress else { return }
          weights.starts.withUnsafeBufferPointer { starts in
            weights.counts.withUnsafeBufferPointer { counts in
              ImageKernels.rows(rows.count, cost: stride + rowBytes * weights.padded) { range in
                let row = rows.lowerBound + range.lowerBound
                vk_resample_horizontal(
                  isa, taps, source + row * stride, stride, range.count, (plane.height - row) * stride, channels,
                  starts.baseAddress, counts.baseAddress, values, weights.padded,
                  out + range.lowerBound * rowBytes, rowBytes, width)
              }
            }
          }
        }
      }
    }
  }
}
