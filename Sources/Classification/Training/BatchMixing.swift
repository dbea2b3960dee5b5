import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Mixes each picture of a batch with its neighbour: MixUp (Zhang et al. 2017, arXiv 1710.09412) or CutMix (Yun et al. 2019,
/// arXiv 1905.04899), one share for the whole batch, as torchvision's batch transforms; where both are asked for, one of them
/// by a coin.
struct BatchMixing {
  let mixup: Double
  let cutmix: Double

  /// Pictures `[N, C, H, W]` and class shares `[N, K]`, mixed.
  func callAsFunction(_ pictures: Tensor, _ targets: Tensor, _ random: RandomStream) throws(ShapeError) -> [Tensor] {
    let cuts = cutmix > 0 && (mixup <= 0 || random.uniform(0) < 0.5)
    var share = Float(Self.beta(cuts ? cutmix : mixup, random))
    let others = try pictures.roll([1], axes: [0])
    var mixed = pictures
    if cuts {
      let height = pictures.shape[2], width = pictures.shape[3]
      let half = 0.5 * (1 - share).squareRoot()
      let x = Int(random.uniform(1) * Float(width)), y = Int(random.uniform(2) * Float(height))
      let rows = max(y - Int(half * Float(height)), 0)..<min(y + Int(half * Float(height)), height)
      let columns = max(x - Int(half * Float(width)), 0)..<min(x + Int(half * Float(width)), width)
      let source = try others.floats(), planes = pictures.shape[0] * pictures.shape[1]
      try mixed.withUnsafeMutableBytes { bytes in
        let target = bytes.bindMemory(to: Float.self)
        for plane in 0..<planes {
          for row in rows {
            for column in columns {
              let at = (plane * height + row) * width + column
              target[at] = source[at]
            }
          }
        }
      }
      share = 1 - Float(rows.count * columns.count) / Float(width * height)
    } else {
      mixed = try pictures * share + others * (1 - share)
    }
    return [mixed, try targets * share + targets.roll([1], axes: [0]) * (1 - share)]
  }

  /// A draw of the symmetric beta distribution: by two gamma draws (Marsaglia and Tsang 2000).
  private static func beta(_ alpha: Double, _ random: RandomStream) -> Double {
    let a = gamma(alpha, random, 1 << 20), b = gamma(alpha, random, 1 << 21)
    return a + b > 0 ? a / (a + b) : 0.5
  }

  private static func gamma(_ shape: Double, _ random: RandomStream, _ base: UInt64) -> Double {
    // Shapes below 1 go by the one above.
    let d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3, c = 1 / (9 * d).squareRoot()
    for attempt in 0..<1000 as Range<UInt64> {
      let x = random.normal(base + attempt * 4), root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root, u = Double(random.bits((base + attempt * 4) << 1 | 1 << 40) >> 11) * 0x1p-53
      guard log(max(u, 1e-300)) < 0.5 * x * x + d - d * v + d * log(v) else { continue }
      guard shape < 1 else { return d * v }
      let w = Double(random.bits(base << 2 | 1 << 41) >> 11) * 0x1p-53
      return d * v * pow(max(w, 1e-300), 1 / shape)
    }
    return d
  }
}
