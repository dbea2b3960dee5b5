#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An angle in radians by its sine and cosine.
struct Rotation {
  let sine: Float, cosine: Float

  init(_ angle: Float) {
    sine = Float(sin(Double(angle)))
    cosine = Float(cos(Double(angle)))
  }
}

/// Levels of sRGB from linear light.
enum Gamma {
  /// sRGB's curve at 0, 1/4095 ... 1, and once more 1.
  static let table: [Float] = (0...4096).map { index in
    let x = min(Double(index) / 4095, 1)
    return Float(x <= 0.003_130_8 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055)
  }

  /// Linear light from a level of sRGB, both 0 to 1.
  static func linear(_ level: Float) -> Float {
    let x = Double(level)
    return Float(x <= 0.040_45 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4))
  }

  /// A colour by its levels of sRGB, 0 to 255, as linear light.
  static func color(_ red: Float, _ green: Float, _ blue: Float) -> SIMD3<Float> {
    SIMD3(linear(red / 255), linear(green / 255), linear(blue / 255))
  }
}
