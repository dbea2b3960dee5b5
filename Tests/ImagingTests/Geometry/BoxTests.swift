import Foundation
import Imaging
import Testing

@Suite struct BoxTests {
  let box = Box(x1: 1, y1: 2, x2: 5, y2: 8)

  @Test func sizes() {
    #expect(box.width == 4 && box.height == 6 && box.area == 24 && box.centerX == 3 && box.centerY == 5)
    #expect(Box(x1: 5, y1: 0, x2: 1, y2: 4).area == 0)
    #expect(Box(centerX: 3, centerY: 5, width: 4, height: 6) == box)
    #expect(Box(x: 1, y: 2, width: 4, height: 6) == box)
  }

  @Test func overlaps() {
    let other = Box(x1: 3, y1: 4, x2: 9, y2: 6)
    #expect(box.intersection(other) == Box(x1: 3, y1: 4, x2: 5, y2: 6))
    #expect(box.iou(other) == 4.0 / 32)
    #expect(box.union(other) == Box(x1: 1, y1: 2, x2: 9, y2: 8))
    #expect(box.intersection(Box(x1: 5, y1: 2, x2: 6, y2: 8)) == nil)
    #expect(box.iou(box) == 1)
    let empty = Box(x1: 1, y1: 1, x2: 1, y2: 1)
    #expect(empty.iou(empty) == 0)
  }

  @Test func moves() {
    #expect(box.clipped(width: 4, height: 3) == Box(x1: 1, y1: 2, x2: 4, y2: 3))
    #expect(Box(x1: -5, y1: -5, x2: -1, y2: 50).clipped(width: 4, height: 3) == Box(x1: 0, y1: 0, x2: 0, y2: 3))
    #expect(box.scaled(x: 2, y: 0.5) == Box(x1: 2, y1: 1, x2: 10, y2: 4))
    #expect(box.translated(x: -1, y: 1) == Box(x1: 0, y1: 3, x2: 4, y2: 9))
    #expect(box.mirrored(width: 10) == Box(x1: 5, y1: 2, x2: 9, y2: 8))
    #expect(box.isFinite && !box.scaled(x: .infinity, y: 1).isFinite && !box.translated(x: .nan, y: 0).isFinite)
  }

  @Test func jsonIsFourNumbers() throws {
    let text = try String(decoding: JSONEncoder().encode(box), as: UTF8.self)
    #expect(text == "[1,2,5,8]")
    #expect(try JSONDecoder().decode(Box.self, from: Data(text.utf8)) == box)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(Box.self, from: Data("[1,2,3,4,5]".utf8)) }
  }
}
