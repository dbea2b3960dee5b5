import CKernels

/// Darknet's `resize_image`: bytes to 0 ... 1, then bilinear with aligned corners in float. Planes out.
enum DarknetResizer {
  /// Bytes over 255, rounded once from the exact quotient.
  private static let unit: [Float] = (0...255).map { Float(Double($0) / 255) }

  /// Writes the planes `[channels, height, width]` of an image resized to `width` x `height`, 0 to 1, each row through `store`.
  ///
  /// `store` gets the row's number and its samples, one plane's row after the other; it may run on any thread.
  static func rows(
    of image: Image, width: Int, height: Int, _ store: (Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let channels = image.channels
    let stride = image.width * channels
    let columns = axis(input: image.width, output: width)
    let lines = axis(input: image.height, output: height)
    let isa = ImageKernels.isa
    let values = width * channels
    image.pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      ImageKernels.rows(height, cost: 24 * values) { range in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * values) { scratch in
          guard let scratch = scratch.baseAddress else { return }
          var made = (-1, -1)
          func row(_ y: Int, keeping other: Int) -> UnsafeMutablePointer<Float> {
            if made.0 == y { return scratch }
            if made.1 == y { return scratch + values }
            let takesFirst = made.0 != other
            let target = takesFirst ? scratch : scratch + values
            vk_darknet_horizontal(
              source + y * stride, channels, unit, columns.lefts, columns.fractions, target, width, width)
            if takesFirst { made.0 = y } else { made.1 = y }
            return target
          }
          let result = scratch + 2 * values
          for y in range {
            let top = Int(lines.lefts[y])
            let bottom = min(top + 1, image.height - 1)
            let (a, b) = (row(top, keeping: bottom), row(bottom, keeping: top))
            vk_blend_rows(isa, a, b, lines.fractions[y], result, values)
            store(y, result)
          }
        }
      }
    }
  }

  /// The result as bytes, rounded to the nearest.
  static func resize(_ image: Image, width: Int, height: Int) -> [UInt8] {
    let channels = image.channels
    return [UInt8](unsafeUninitializedCapacity: height * width * channels) { buffer, count in
      count = height * width * channels
      guard let out = buffer.baseAddress else { return }
      rows(of: image, width: width, height: height) { y, planes in
        let row = out + y * width * channels
        for channel in 0..<channels {
          for x in 0..<width { row[x * channels + channel] = UInt8(planes[channel * width + x] * 255 + 0.5) }
        }
      }
    }
  }

  /// The pixel left of every output pixel and how far beyond it lies. The last output pixel is the last input pixel:
  /// where darknet's rounding of the scale misses it, its row there nearly vanishes; this one does not.
  private static func axis(input: Int, output: Int) -> (lefts: [Int32], fractions: [Float]) {
    let scale = output > 1 ? Float(input - 1) / Float(output - 1) : 0
    var lefts: [Int32] = []
    var fractions: [Float] = []
    for index in 0..<output {
      let position = Float(index) * scale
      let left = min(Int(position), input - 1)
      let isLast = index == output - 1 || left == input - 1
      lefts.append(Int32(isLast ? input - 1 : left))
      fractions.append(isLast ? 0 : position - Float(left))
    }
    return (lefts, fractions)
  }
}
