import Imaging
import Testing

@Suite struct OrientationTests {
  /// `1 2 3 / 4 5 6` turned upright by hand.
  @Test(
    arguments: [
      (Orientation.upright, 3, [1, 2, 3, 4, 5, 6]), (.mirrored, 3, [3, 2, 1, 6, 5, 4]),
      (.upsideDown, 3, [6, 5, 4, 3, 2, 1]),
      (.mirroredUpsideDown, 3, [4, 5, 6, 1, 2, 3]), (.transposed, 2, [1, 4, 2, 5, 3, 6]),
      (.quarterTurn, 2, [4, 1, 5, 2, 6, 3]), (.transverse, 2, [6, 3, 5, 2, 4, 1]),
      (.threeQuarterTurn, 2, [3, 6, 2, 5, 1, 4]),
    ] as [(Orientation, Int, [UInt8])])
  func turns(orientation: Orientation, width: Int, levels: [UInt8]) throws {
    for format in PixelFormat.allCases {
      func pixels(_ levels: [UInt8]) -> [UInt8] {
        levels.flatMap { level in (0..<format.channels).map { level * 10 + UInt8($0) } }
      }
      let image = try Image(width: 3, height: 2, format: format, pixels: pixels([1, 2, 3, 4, 5, 6]))
      let upright = image.oriented(orientation)
      #expect(upright.width == width && upright.height == 6 / width && upright.pixels == pixels(levels), "\(format)")
    }
  }

  /// Sizes past one block of the loop: each pixel must land where the definition says.
  @Test(arguments: Orientation.allCases)
  func largePicturesTurnPixelByPixel(orientation: Orientation) throws {
    let width = 71, height = 45
    var random = DamageSequence(state: 3)
    let pixels = (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    let image = try Image(width: width, height: height, format: .rgb, pixels: pixels)
    let upright = image.oriented(orientation)
    for y in 0..<upright.height {
      for x in 0..<upright.width {
        let (column, row) =
          switch orientation {
          case .upright: (x, y)
          case .mirrored: (width - 1 - x, y)
          case .upsideDown: (width - 1 - x, height - 1 - y)
          case .mirroredUpsideDown: (x, height - 1 - y)
          case .transposed: (y, x)
          case .quarterTurn: (y, height - 1 - x)
          case .transverse: (width - 1 - y, height - 1 - x)
          case .threeQuarterTurn: (width - 1 - y, x)
          }
        let from = (row * width + column) * 3, to = (y * upright.width + x) * 3
        guard upright.pixels[to..<to + 3].elementsEqual(pixels[from..<from + 3]) else {
          Issue.record("\(orientation): pixel \(x), \(y)")
          return
        }
      }
    }
  }

  /// EXIF of both byte orders, every value type, damage of many kinds, XMP beside it and alone.
  @Test func metadataTurnsAsPillowTurns() throws { try CodecGolden("orientation").expectPillowsPictures() }
}
