import Augmentation
import Imaging
import Testing

@Suite struct MixingTests {
  /// A flat picture with one object: a mask and box of columns 2 ..< 6, rows 1 ..< 5.
  private static func sample(_ level: UInt8, label: Int, width: Int = 10, height: Int = 8) throws -> Sample {
    let mask = try Mask(
      width: width, height: height, columns: 2..<6, rows: 1..<5, pixels: [UInt8](repeating: 1, count: 16))
    return Sample(
      image: try Image(
        width: width, height: height, format: .gray, pixels: [UInt8](repeating: level, count: width * height)),
      label: label, objects: [SampleObject(box: Box(x1: 2, y1: 1, x2: 6, y2: 5), label: label, mask: mask)])
  }

  @Test func mixedLevelsAndSharesAreTheWeightedMeans() throws {
    let result = try MixedSamples(other: Self.sample(40, label: 2), share: 0.25).apply(to: Self.sample(200, label: 1))
    #expect(result.image.pixels.allSatisfy { $0 == 80 })
    #expect(result.labelShares == [LabelShare(label: 1, share: 0.25), LabelShare(label: 2, share: 0.75)])
    #expect(result.label == 2 && result.objects?.count == 2)
    let same = try MixedSamples(other: Self.sample(40, label: 1), share: 0.5).apply(to: Self.sample(41, label: 1))
    // 40.5 goes to the even level.
    #expect(same.image.pixels[0] == 40 && same.labelShares == [LabelShare(label: 1, share: 1)])
  }

  @Test func aRectangleIsCutByItsArea() throws {
    var (a, b) = (try Self.sample(200, label: 1), try Self.sample(40, label: 2, width: 20, height: 16))
    #expect(throws: AugmentationError.self) { try PastedRectangle(other: b, columns: 0..<3, rows: 0..<4).apply(to: a) }
    (a.objects, b.objects) = (nil, nil)
    a.classMap = try ClassMap(width: 10, height: 8, classes: [UInt8](repeating: 5, count: 80))
    b.classMap = try ClassMap(width: 20, height: 16, classes: [UInt8](repeating: 6, count: 320))
    let result = try PastedRectangle(other: b, columns: 1..<5, rows: 6..<100).apply(to: a)
    #expect(result.image.pixels.filter { $0 == 40 }.count == 8)
    #expect(result.image.pixels[6 * 10 + 1] == 40 && result.image.pixels[6 * 10 + 5] == 200)
    #expect(result.classMap?.classes.filter { $0 == 6 }.count == 8)
    #expect(result.labelShares == [LabelShare(label: 1, share: 0.9), LabelShare(label: 2, share: 0.1)])
  }

  @Test func pastedObjectsHideWhatIsBelow() throws {
    var other = try Self.sample(40, label: 2)
    // The pasted object covers the left half of the other one.
    other.objects?[0].mask = try Mask(
      width: 10, height: 8, columns: 0..<4, rows: 0..<8, pixels: [UInt8](repeating: 1, count: 32))
    other.objects?[0].box = Box(x1: 0, y1: 0, x2: 4, y2: 8)
    let result = try PastedObjects(other: other, chosen: [0, 7], blends: false).apply(to: Self.sample(200, label: 1))
    #expect(result.objects?.map(\.label) == [1, 2])
    #expect(result.objects?[0].box == Box(x1: 4, y1: 1, x2: 6, y2: 5) && result.objects?[0].mask?.area == 8)
    #expect(result.image.pixels.filter { $0 == 40 }.count == 32)
    let soft = try PastedObjects(other: other, chosen: [0]).apply(to: Self.sample(200, label: 1))
    #expect(soft.image.pixels[35] > 40 && soft.image.pixels[35] < 200 && soft.image.pixels[30] == 40)
    let whole = try Self.sample(1, label: 3)
    #expect(
      try PastedObjects(other: whole, chosen: [0]).apply(to: Self.sample(9, label: 4)).objects?.map(\.label) == [3])
  }

  @Test func aMosaicPutsEachTileInItsQuarter() throws {
    let tiles = try [
      Self.sample(10, label: 0), Self.sample(20, label: 1), Self.sample(30, label: 2), Self.sample(40, label: 3),
    ]
    let mosaic = try MosaicTiles(
      others: Array(tiles[1...]), size: ImageSize(width: 10, height: 8), center: (9, 7), fill: Fill([99]))
    let result = try mosaic.apply(to: tiles[0])
    #expect(result.size == ImageSize(width: 20, height: 16))
    func level(_ x: Int, _ y: Int) -> UInt8 { result.image.pixels[y * 20 + x] }
    #expect(level(0, 0) == 10 && level(8, 6) == 10 && level(9, 6) == 20 && level(8, 7) == 30 && level(9, 7) == 40)
    #expect(level(18, 14) == 40 && level(19, 14) == 99 && level(5, 15) == 99)
    #expect(result.objects?.map(\.label) == [0, 1, 2, 3])
    // The first tile lies one pixel off the canvas to the left and above.
    #expect(result.objects?[0].box == Box(x1: 1, y1: 0, x2: 5, y2: 4))
    #expect(result.objects?[3].box == Box(x1: 11, y1: 8, x2: 15, y2: 12))
    for object in result.objects ?? [] { #expect(object.mask?.boundingBox == object.box) }
    // A tile that is wholly off the canvas has no objects there.
    let corner = try MosaicTiles(others: Array(tiles[1...]), size: ImageSize(width: 10, height: 8), center: (0, 0))
    #expect(try corner.apply(to: tiles[0]).objects?.map(\.label) == [3])
  }
}
