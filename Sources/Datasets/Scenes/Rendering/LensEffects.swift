import TensorCore

/// From light to the levels of a file: film's curve, darker corners, softness, noise.
struct LensEffects {
  let lens: Lens
  let seed: UInt32
  let width: Int, height: Int

  /// Film's curve: bright light is bent below 1 (Narkowicz 2015, ACES filmic tone mapping curve).
  @inline(__always) static func toned(_ c: Lanes3) -> Lanes3 {
    @inline(__always) func curve(_ light: Lanes) -> Lanes {
      let x = most(light, 0) * 0.72
      return clamp(x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14), 0, 1)
    }
    return Lanes3(curve(c.x), curve(c.y), curve(c.z))
  }

  /// `height * width * 3` levels from as many lights of 0 to 1.
  func develop(_ light: [Float]) -> [UInt8] {
    var levels = light
    let table = Gamma.table
    let middleX = Float(width) / 2, middleY = Float(height) / 2
    let corner = 1 / (middleX * middleX + middleY * middleY)
    for y in 0..<height {
      for x in 0..<width {
        let (dx, dy) = (Float(x) + 0.5 - middleX, Float(y) + 0.5 - middleY)
        let far = (dx * dx + dy * dy) * corner
        let shade = 1 - lens.vignette * far * far
        for place in (y * width + x) * 3..<(y * width + x) * 3 + 3 {
          let scaled = min(max(levels[place] * shade, 0), 1) * 4095
          let index = Int(scaled)
          levels[place] = table[index] + (table[index + 1] - table[index]) * (scaled - Float(index))
        }
      }
    }
    if lens.blur > 0 {
      levels = smoothed(levels, step: 3, length: width)
      levels = smoothed(levels, step: width * 3, length: height)
    }
    let stream = RandomStream(seed: UInt64(seed), purpose: "noise")
    var bytes = [UInt8](repeating: 0, count: levels.count)
    for pixel in 0..<width * height {
      let bits = stream.bits(UInt64(pixel))
      for channel in 0..<3 {
        // Four numbers of 5 bits, summed: near enough to normal. Part of it is common to the colours.
        var sum = 0
        for part in 0..<4 { sum += Int(truncatingIfNeeded: bits >> UInt64(channel * 20 + part * 5)) & 31 }
        let grain = (Float(sum) - 62) * (1 / 18.5) * lens.noise
        let level = (levels[pixel * 3 + channel] + grain) * 255 + 0.5
        bytes[pixel * 3 + channel] = UInt8(min(max(level, 0), 255))
      }
    }
    return bytes
  }

  /// A blur along rows (`step` 3) or columns over three pixels.
  private func smoothed(_ levels: [Float], step: Int, length: Int) -> [Float] {
    var result = levels
    let side = lens.blur * 0.5, middle = 1 - lens.blur
    for place in levels.indices {
      let position = step == 3 ? place / 3 % width : place / step
      guard position > 0, position < length - 1 else { continue }
      result[place] = levels[place] * middle + (levels[place - step] + levels[place + step]) * side
    }
    return result
  }
}
