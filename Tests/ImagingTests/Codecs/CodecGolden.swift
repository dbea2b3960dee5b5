import Foundation
import Imaging
import TestSupport
import Testing

/// Encoded files and Pillow's verdict on each, as `Scripts/golden/images.py` wrote them.
struct CodecGolden {
  /// Pillow's picture: its size and the CRC-32 of its RGB bytes; without them, Pillow refused the file.
  struct Case: Decodable {
    let name: String
    let width: Int?
    let height: Int?
    let crc: UInt32?

    var isTaken: Bool { crc != nil }
  }

  let cases: [Case]
  private let golden: Golden

  init(_ name: String) throws {
    golden = try Golden(name, beside: #filePath)
    cases = try golden.cases(Case.self)
  }

  /// The bytes of a file.
  func bytes(_ name: String) throws -> [UInt8] { try golden[name].integers().map { UInt8($0) } }

  /// Other cases in the same metadata.
  func cases<Other: Decodable>(as type: Other.Type) throws -> [Other] { try golden.cases(type) }

  /// Expects of every file that Pillow takes the same picture, and no trap of the others, which may be decoded or refused.
  func expectPillowsPictures(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(!cases.isEmpty, sourceLocation: sourceLocation)
    for item in cases {
      do {
        let image = try Image.decode(bytes(item.name))
        if item.isTaken { item.expect(image, sourceLocation: sourceLocation) }
      } catch {
        if item.isTaken { Issue.record("\(item.name): \(error)", sourceLocation: sourceLocation) }
      }
    }
  }
}

extension CodecGolden.Case {
  /// Expects Pillow's size and bytes.
  func expect(_ image: Image, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(image.format == .rgb, "\(name)", sourceLocation: sourceLocation)
    #expect(image.width == width && image.height == height, "\(name)", sourceLocation: sourceLocation)
    #expect(crc32(image.pixels) == crc, "\(name)", sourceLocation: sourceLocation)
  }
}

/// The CRC-32 of zlib and PNG (ISO 3309), independent of the one under test.
func crc32(_ bytes: [UInt8]) -> UInt32 {
  let table = (0..<256).map {
    (0..<8).reduce(UInt32($0)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
}

/// A fixed sequence of numbers for damage that is the same in every run (a 64-bit linear congruential generator).
struct DamageSequence: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }
}

/// Decodes many damaged copies of a file: whatever comes of it, it must be a picture whose bytes fit or an `ImageError`.
func expectDamageIsHarmless(_ whole: [UInt8], copies: Int, repairing: ([UInt8]) -> [UInt8] = { $0 }) {
  var random = DamageSequence(state: 7)
  for _ in 0..<copies {
    var bytes = whole
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
    }
    if let image = try? Image.decode(repairing(bytes), limits: ImageLimits(maximumPixels: 1_000_000)) {
      #expect(image.pixels.count == image.width * image.height * 3)
    }
  }
}
