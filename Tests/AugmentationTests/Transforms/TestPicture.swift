import Imaging
import TestSupport

/// The pictures, masks and maps of `Scripts/golden/augmentation.py`.
enum TestPicture {
  static let size = ImageSize(width: 25, height: 19)

  static func image(_ format: PixelFormat = .rgb, seed: UInt32 = 5) throws -> Image {
    let channels = format.channels
    var pixels: [UInt8] = []
    for y in 0..<size.height {
      for x in 0..<size.width {
        for c in 0..<channels {
          let noise = Int((Formula.value(pixels.count, seed: seed) + 1) * 24)
          // Python's remainder is never negative.
          let wave = (x * (5 + c) + y * (9 - 3 * c) + 40 * c) % 208
          pixels.append(UInt8((wave < 0 ? wave + 208 : wave) + noise))
        }
      }
    }
    return try Image(width: size.width, height: size.height, format: format, pixels: pixels)
  }

  static func classMap() throws -> ClassMap {
    try ClassMap(width: size.width, height: size.height, classes: places { UInt8(($0 / 5 + 2 * ($1 / 4)) % 7) })
  }

  static func mask() throws -> Mask {
    try Mask(
      width: size.width, height: size.height,
      pixels: places { x, y in
        (x - 14) * (x - 14) + 2 * (y - 12) * (y - 12) < 120 ? 1 : 0
      })
  }

  /// Three boxes and points, the first object with the mask.
  static func sample() throws -> Sample {
    let boxes = [
      Box(x1: 3, y1: 4, x2: 20.5, y2: 17.25), Box(x1: 10, y1: 0, x2: 25, y2: 19), Box(x1: 18, y1: 13, x2: 24, y2: 18),
    ]
    let points: [(Float, Float)] = [(5, 6), (20.25, 11.5), (22, 17)]
    let mask = try mask()
    return try Sample(
      image: image(), label: 3,
      objects: zip(boxes, points).enumerated().map { index, item in
        SampleObject(
          box: item.0, label: index, mask: index == 0 ? mask : nil,
          keypoints: [SampleKeypoint(x: item.1.0, y: item.1.1, visibility: 2)])
      }, classMap: classMap())
  }

  private static func places(_ value: (Int, Int) -> UInt8) -> [UInt8] {
    (0..<size.height).flatMap { y in (0..<size.width).map { x in value(x, y) } }
  }
}
