extension Mask {
  /// The pixels in both. Throws `ImageError.invalidMask` where the sizes differ.
  public func intersection(_ other: Mask) throws(ImageError) -> Mask { try merged(other) { $0 && $1 } }

  /// The pixels in either. Throws `ImageError.invalidMask` where the sizes differ.
  public func union(_ other: Mask) throws(ImageError) -> Mask { try merged(other) { $0 || $1 } }

  /// Common pixels over joint pixels, 0 to 1; 0 for two empty masks. With `isCrowd` the other is a crowd, and the divisor this
  /// mask's area alone, as in COCO's evaluation. Throws `ImageError.invalidMask` where the sizes differ.
  public func iou(_ other: Mask, isCrowd: Bool = false) throws(ImageError) -> Double {
    let common = try intersection(other).area
    let divisor = isCrowd ? area : area + other.area - common
    return divisor > 0 ? Double(common) / Double(divisor) : 0
  }

  private func merged(_ other: Mask, _ rule: (Bool, Bool) -> Bool) throws(ImageError) -> Mask {
    guard width == other.width, height == other.height else {
      throw .invalidMask("a mask of \(width)x\(height) merged with one of \(other.width)x\(other.height)")
    }
    var runs = MaskRuns()
    var (a, b) = (0, 0)
    var leftA = Int(counts.first ?? 0), leftB = Int(other.counts.first ?? 0)
    while true {
      while leftA == 0, a + 1 < counts.count {
        a += 1
        leftA = Int(counts[a])
      }
      while leftB == 0, b + 1 < other.counts.count {
        b += 1
        leftB = Int(other.counts[b])
      }
      let step = min(leftA, leftB)
      guard step > 0 else { break }
      runs.append(rule(a & 1 == 1, b & 1 == 1), step)
      leftA -= step
      leftB -= step
    }
    return Mask(unchecked: runs.counts, width: width, height: height)
  }
}
