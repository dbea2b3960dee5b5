import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The fixed-point weights of one axis of an antialiased resize, as Pillow computes them.
struct ResamplingWeights {
  /// The first source pixel of every output pixel.
  let starts: [Int32]
  /// How many source pixels make every output pixel.
  let counts: [Int32]
  /// Taps an output pixel has room for.
  let padded: Int
  /// `padded` weights of 22 fraction bits an output pixel.
  let weights: [Int32]

  /// Weights from `input` to `output` pixels; `alignment` is the multiple that `padded` is to be.
  init(input: Int, output: Int, filter: ResizeFilter, alignment: Int) {
    let (shape, radius) = Self.kernel(filter)
    let scale = Double(Float(input)) / Double(output)
    let stretch = max(scale, 1)
    let support = radius * stretch
    let inverse = 1 / stretch
    var starts = [Int32](repeating: 0, count: output)
    var counts = starts
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - support + 0.5), 0)
      starts[index] = Int32(first)
      counts[index] = Int32(max(min(Int(center + support + 0.5), input) - first, 0))
    }
    let most = max(Int(counts.max() ?? 1), 1)
    let padded = (most + alignment - 1) / alignment * alignment
    var weights = [Int32](repeating: 0, count: output * padded)
    var values = [Double](repeating: 0, count: most)
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let first = Double(starts[index])
      let count = Int(counts[index])
      var total = 0.0
      for tap in 0..<count {
        values[tap] = shape((Double(tap) + first - center + 0.5) * inverse)
        total += values[tap]
      }
      for tap in 0..<count {
        let share = total == 0 ? values[tap] : values[tap] / total
        weights[index * padded + tap] = Int32(share * Double(1 << 22) + (share < 0 ? -0.5 : 0.5))
      }
    }
    self.starts = starts
    self.counts = counts
    self.padded = padded
    self.weights = weights
  }

  /// The weights as the horizontal pass reads them.
  func packedForColumns(_ taps: vk_taps) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: vk_column_taps_size(taps, starts.count, padded)) { buffer, count in
      vk_pack_column_taps(taps, weights, starts.count, padded, buffer.baseAddress)
      count = buffer.count
    }
  }

  /// The weights as the vertical pass reads them, the same number of bytes for every output row.
  func packedForRows(_ taps: vk_taps) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: vk_row_taps_size(taps, starts.count, padded)) { buffer, count in
      vk_pack_row_taps(taps, weights, starts.count, padded, buffer.baseAddress)
      count = buffer.count
    }
  }

  /// The filter's shape and how far it reaches.
  private static func kernel(_ filter: ResizeFilter) -> (shape: (Double) -> Double, radius: Double) {
    switch filter {
    case .box: ({ $0 > -0.5 && $0 <= 0.5 ? 1 : 0 }, 0.5)
    case .hamming: (hamming, 1)
    case .bicubic: (cubic, 2)
    case .lanczos: ({ $0 >= -3 && $0 < 3 ? sinc($0) * sinc($0 / 3) : 0 }, 3)
    default: ({ max(1 - abs($0), 0) }, 1)
    }
  }

  private static func sinc(_ x: Double) -> Double {
    guard x != 0 else { return 1 }
    let angle = x * .pi
    return sin(angle) / angle
  }

  private static func hamming(_ x: Double) -> Double {
    let x = abs(x)
    guard x != 0 else { return 1 }
    guard x < 1 else { return 0 }
    let angle = x * .pi
    // Pillow's two constants are single precision.
    return sin(angle) / angle * (Double(Float(0.54)) + Double(Float(0.46)) * cos(angle))
  }

  private static func cubic(_ x: Double) -> Double {
    let a = -0.5
    let x = abs(x)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }
}
