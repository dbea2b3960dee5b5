#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An sRGB colour of bytes.
public struct Color: Sendable, Hashable {
  /// 0 to 255.
  public var red, green, blue: UInt8

  /// A colour.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Black.
  public static let black = Color(red: 0, green: 0, blue: 0)
  /// White.
  public static let white = Color(red: 255, green: 255, blue: 255)

  /// The relative luminance, 0 for black to 1 for white.
  public var luminance: Double {
    func linear(_ byte: UInt8) -> Double {
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Black or white, whichever reads better on this colour. White is preferred where its contrast reaches 3 : 1.
  public var readableText: Color { luminance < 0.3 ? .white : .black }

  /// The colour of a class, the same in every run. Neighbouring indices lie far apart in hue and differ in lightness, at a
  /// chroma near what sRGB can show (Oklch: Ottosson 2020).
  public static func ofClass(_ index: Int) -> Color {
    let number = index < 0 ? Int(UInt(bitPattern: index) % 1_000_003) : index % 1_000_003
    // The golden angle never returns to a hue; three lightnesses tell apart those that come near.
    let hue = (25 + Double(number) * 137.507_764).truncatingRemainder(dividingBy: 360)
    return oklch(lightness: [0.68, 0.78, 0.6][number % 3], chroma: 0.2, hue: hue)
  }

  /// The colour of a class that has only a name, the same in every run.
  public static func ofClass(named name: String) -> Color {
    // FNV-1a, since Swift's own hashes differ between runs.
    let hash = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    return ofClass(Int(hash % 997))
  }

  /// Oklch to sRGB; colours beyond sRGB lose chroma, not lightness or hue.
  private static func oklch(lightness: Double, chroma: Double, hue: Double) -> Color {
    let angle = hue * .pi / 180
    var chroma = chroma
    while true {
      let a = chroma * cos(angle), b = chroma * sin(angle)
      func cubed(_ x: Double) -> Double { x * x * x }
      let l = cubed(lightness + 0.3963377774 * a + 0.2158037573 * b)
      let m = cubed(lightness - 0.1055613458 * a - 0.0638541728 * b)
      let s = cubed(lightness - 0.0894841775 * a - 1.2914855480 * b)
      let linear = [
        4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
        -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
        -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
      ]
      if chroma < 0.01 || linear.allSatisfy({ $0 >= 0 && $0 <= 1 }) {
        let bytes = linear.map { value in
          let clamped = min(max(value, 0), 1)
          let coded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * pow(clamped, 1 / 2.4) - 0.055
          return UInt8((coded * 255).rounded())
        }
        return Color(red: bytes[0], green: bytes[1], blue: bytes[2])
      }
      chroma -= 0.005
    }
  }
}
