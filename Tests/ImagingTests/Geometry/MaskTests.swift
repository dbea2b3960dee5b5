import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct MaskTests {
  struct Goldens: Decodable {
    struct Bits: Decodable { let size: [Int], seed: UInt32, threshold: Float, counts: String, area: Int, box: [Float] }
    struct Polygons: Decodable { let size: [Int], polygons: [[Double]], counts: String, area: Int, box: [Float] }
    struct Boxes: Decodable { let size: [Int], corners: [Float], counts: String, area: Int }
    struct Merge: Decodable {
      let size: [Int], first: String, second: String, union: String, intersection: String, iou: Double, crowd: Double
    }
    let bits: [Bits], polygons: [Polygons], boxes: [Boxes], merges: [Merge]
  }

  /// Written by Scripts/golden/masks.py.
  static func goldens() throws -> Goldens {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try JSONDecoder().decode(
      Goldens.self, from: Data(contentsOf: folder.appendingPathComponent("Goldens/masks.json")))
  }

  static func corners(_ mask: Mask) -> [Float] {
    mask.boundingBox.map { [$0.x1, $0.y1, $0.x2, $0.y2] } ?? [0, 0, 0, 0]
  }

  @Test func bitsAreCountedAsPycocotoolsDoes() throws {
    for item in try Self.goldens().bits {
      let (height, width) = (item.size[0], item.size[1])
      let pixels = (0..<height * width).map { Formula.value($0, seed: item.seed) > item.threshold ? UInt8(1) : 0 }
      let mask = try Mask(width: width, height: height, pixels: pixels)
      #expect(mask.compressedCounts == item.counts, "\(item.size)")
      #expect(mask.area == item.area && Self.corners(mask) == item.box, "\(item.size)")
      #expect(mask.pixels == pixels)
      #expect(try Mask(width: width, height: height, compressedCounts: item.counts) == mask)
    }
  }

  @Test func polygonsAreRasterisedAsPycocotoolsDoes() throws {
    for (index, item) in try Self.goldens().polygons.enumerated() {
      let mask = try Mask(width: item.size[1], height: item.size[0], polygons: item.polygons)
      #expect(mask.compressedCounts == item.counts, "polygon \(index)")
      #expect(mask.area == item.area && Self.corners(mask) == item.box, "polygon \(index)")
    }
  }

  @Test func boxesAreRasterisedAsPycocotoolsDoes() throws {
    for item in try Self.goldens().boxes {
      let c = item.corners
      let mask = try Mask(width: item.size[1], height: item.size[0], box: Box(x1: c[0], y1: c[1], x2: c[2], y2: c[3]))
      #expect(mask.compressedCounts == item.counts && mask.area == item.area, "\(item.corners)")
    }
  }

  @Test func masksMergeAsPycocotoolsDoes() throws {
    for item in try Self.goldens().merges {
      let first = try Mask(width: item.size[1], height: item.size[0], compressedCounts: item.first)
      let second = try Mask(width: item.size[1], height: item.size[0], compressedCounts: item.second)
      #expect(try first.union(second).compressedCounts == item.union)
      #expect(try first.intersection(second).compressedCounts == item.intersection)
      #expect(try abs(first.iou(second) - item.iou) < 1e-12)
      #expect(try abs(first.iou(second, isCrowd: true) - item.crowd) < 1e-12)
    }
  }

  @Test func columnsComeFirst() throws {
    let mask = try Mask(width: 3, height: 2, pixels: [0, 1, 1, 0, 1, 0])
    #expect(mask.counts == [2, 3, 1])
    #expect(mask.boundingBox == Box(x1: 1, y1: 0, x2: 3, y2: 2))
    #expect(try Mask(width: 2, height: 2, counts: [4]).boundingBox == nil)
  }

  @Test func jsonIsCOCOs() throws {
    let mask = try Mask(width: 3, height: 2, counts: [2, 3, 1])
    let text = try String(decoding: JSONEncoder().encode(mask), as: UTF8.self)
    #expect(text.contains("[2,3]") && text.contains("\"231\""))
    #expect(try JSONDecoder().decode(Mask.self, from: Data(text.utf8)) == mask)
    #expect(try JSONDecoder().decode(Mask.self, from: Data(#"{"size":[2,3],"counts":[2,3,1]}"#.utf8)) == mask)
  }

  @Test(arguments: ["231 ", "2", "23", "o", "ooooooooooooooooooooo", "Q", "äö", "23W", "2315"])
  func damagedCountsAreRefused(text: String) {
    #expect(throws: ImageError.self) { try Mask(width: 3, height: 2, compressedCounts: text) }
  }

  @Test func impossibleMasksAreRefused() throws {
    #expect(throws: ImageError.self) { try Mask(width: 3, height: 2, counts: [7, -1]) }
    #expect(throws: ImageError.self) { try Mask(width: 3, height: 2, counts: [.max, .max]) }
    #expect(throws: ImageError.self) { try Mask(width: 3, height: 2, pixels: [1]) }
    #expect(throws: ImageError.self) { try Mask(width: 0, height: 2, counts: []) }
    for polygon in [[0, 0, 1, 1], [0, 0, 1, 1, 2], [0, 0, .nan, 1, 2, 2], [0, 0, 1e9, 1, 2, 2]] as [[Double]] {
      #expect(throws: ImageError.self) { try Mask(width: 3, height: 2, polygons: [polygon]) }
    }
    let mask = try Mask(width: 3, height: 2, counts: [6])
    #expect(throws: ImageError.self) { try mask.union(Mask(width: 2, height: 3, counts: [6])) }
  }
}
