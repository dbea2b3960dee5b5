import CKernels

/// OpenCV's `INTER_LINEAR` on bytes: 11-bit weights, two passes through 16-bit rows.
enum OpenCVResizer {
  static func resize(_ image: Image, width: Int, height: Int) -> [UInt8] {
    if image.width == 2 * width, image.height == 2 * height { return halved(image, width: width, height: height) }
    let channels = image.channels
    let (stride, rowBytes) = (image.width * channels, width * channels)
    let columns = Axis(input: image.width, output: width, clampsWeights: true)
    let rows = Axis(input: image.height, output: height, clampsWeights: false)
    let copies = channels == 1 ? 1 : 4
    let weights = columns.weights.flatMap { pair in (0..<2 * copies).map { $0 & 1 == 0 ? pair.0 : pair.1 } }
    let isa = ImageKernels.isa
    return [UInt8](unsafeUninitializedCapacity: height * rowBytes) { buffer, count in
      image.pixels.withUnsafeBufferPointer { source in
        guard let out = buffer.baseAddress, let source = source.baseAddress else { return }
        ImageKernels.rows(height, cost: 6 * rowBytes) { range in
          // The two rows last made, and which they are.
          var made = (-1, -1)
          let capacity = rowBytes + 16
          withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * capacity) { scratch in
            guard let scratch = scratch.baseAddress else { return }
            func row(_ y: Int, keeping other: Int) -> UnsafeMutablePointer<Int16> {
              if made.0 == y { return scratch }
              if made.1 == y { return scratch + capacity }
              let takesFirst = made.0 != other
              let target = takesFirst ? scratch : scratch + capacity
              vk_linear_horizontal(
                isa, source + y * stride, (image.height - y) * stride, channels, columns.lefts, weights, target, width)
              if takesFirst { made.0 = y } else { made.1 = y }
              return target
            }
            for y in range {
              let top = max(Int(rows.lefts[y]), 0)
              let bottom = min(Int(rows.lefts[y]) + 1, image.height - 1)
              let (a, b) = (row(top, keeping: bottom), row(bottom, keeping: top))
              vk_linear_vertical(isa, a, b, rows.weights[y].0, rows.weights[y].1, out + y * rowBytes, rowBytes)
            }
          }
        }
      }
      count = height * rowBytes
    }
  }

  /// OpenCV takes the mean of 2x2 pixels at exactly one half.
  private static func halved(_ image: Image, width: Int, height: Int) -> [UInt8] {
    let channels = image.channels
    let (stride, rowBytes) = (image.width * channels, width * channels)
    let isa = ImageKernels.isa
    return [UInt8](unsafeUninitializedCapacity: height * rowBytes) { buffer, count in
      image.pixels.withUnsafeBufferPointer { source in
        guard let out = buffer.baseAddress, let source = source.baseAddress else { return }
        ImageKernels.rows(height, cost: 5 * rowBytes) { range in
          for y in range {
            let top = source + 2 * y * stride
            vk_halve(isa, top, top + stride, channels, out + y * rowBytes, width)
          }
        }
      }
      count = height * rowBytes
    }
  }

  /// Where the output pixels of an axis lie, and their weights of 11 bits.
  private struct Axis {
    var lefts: [Int32]
    var weights: [(Int16, Int16)]

    init(input: Int, output: Int, clampsWeights: Bool) {
      let scale = 1 / (Double(output) / Double(input))
      lefts = []
      weights = []
      for index in 0..<output {
        let position = Float((Double(index) + 0.5) * scale - 0.5)
        var left = Int(position.rounded(.down))
        var fraction = position - Float(left)
        if clampsWeights, left < 0 { (left, fraction) = (0, 0) }
        if clampsWeights, left >= input - 1 { (left, fraction) = (input - 1, 0) }
        lefts.append(Int32(min(left, input - 1)))
        let shares = ((1 - fraction) * 2048, fraction * 2048)
        weights.append((Int16(shares.0.rounded(.toNearestOrEven)), Int16(shares.1.rounded(.toNearestOrEven))))
      }
    }
  }
}
