import Imaging
import TestSupport

/// Pictures that goldens and tests share: bytes floor((value + 1) * 128) of the formula.
enum FormulaImage {
  static func make(_ width: Int, _ height: Int, _ format: PixelFormat, seed: UInt32) throws -> Image {
    let count = width * height * format.channels
    return try Image(
      width: width, height: height, format: format,
      pixels: (0..<count).map { UInt8(min((Formula.value($0, seed: seed) + 1) * 128, 255)) })
  }
}
