extension Image {
  /// The picture in RGB with `heat` over it, a value of 0 to 1 a pixel: from blue over green and yellow to red, the stronger the
  /// less transparent. Throws `ImageError.invalidSize` where there are not as many values as pixels.
  public func overlaid(heat: [Float]) throws(ImageError) -> Image {
    guard heat.count == width * height else { throw .invalidSize("\(heat.count) values for \(width * height) pixels") }
    let picture = converted(to: .rgb)
    var pixels = picture.pixels
    for (place, value) in heat.enumerated() {
      let level = min(max(value, 0), 1), alpha = 0.7 * min(level * 1.6, 1)
      let color = Self.heatColor(level)
      for channel in 0..<3 {
        let old = Float(pixels[3 * place + channel])
        pixels[3 * place + channel] = UInt8(old + (color[channel] - old) * alpha + 0.5)
      }
    }
    return try Image(width: width, height: height, format: .rgb, pixels: pixels)
  }

  private static let heatStops: [[Float]] = [
    [24, 28, 130], [0, 130, 210], [60, 190, 110], [250, 210, 50], [215, 40, 35],
  ]

  private static func heatColor(_ level: Float) -> [Float] {
    let place = level * Float(heatStops.count - 1)
    let first = min(Int(place), heatStops.count - 2), share = place - Float(first)
    return (0..<3).map { heatStops[first][$0] * (1 - share) + heatStops[first + 1][$0] * share }
  }
}
