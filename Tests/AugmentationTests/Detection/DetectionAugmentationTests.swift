import Augmentation
import Imaging
import Testing

@Suite struct DetectionAugmentationTests {
  private static func sample(
    _ boxes: [Box] = [Box(x1: 10, y1: 10, x2: 50, y2: 40), Box(x1: 60, y1: 50, x2: 90, y2: 75)]
  )
    throws -> Sample
  {
    let pixels = (0..<100 * 80 * 3).map { UInt8($0 % 251) }
    return Sample(
      image: try Image(width: 100, height: 80, format: .rgb, pixels: pixels),
      objects: boxes.enumerated().map { SampleObject(box: $1, label: $0) })
  }

  @Test func iouCropsKeepTheirPromise() throws {
    let sample = try Self.sample()
    for overlap in [0.1, 0.5, 0.9] {
      let crop = try RandomIoUCrop(overlaps: [overlap])
      var crops = 0
      for index in 0..<60 {
        var context = DrawContext(RandomDraws(seed: 1, index: index))
        guard let drawn = try crop.draw(for: sample, &context) as? ObjectCrop else { continue }
        crops += 1
        let c = drawn.crop
        #expect(c.left >= 0 && c.top >= 0 && c.left + c.width <= 100 && c.top + c.height <= 80)
        #expect((0.5...2).contains(Double(c.width) / Double(c.height)))
        let area = Box(x: Float(c.left), y: Float(c.top), width: Float(c.width), height: Float(c.height))
        let best = zip(sample.objects ?? [], drawn.keeps).filter(\.1).map { $0.0.box.iou(area) }.max() ?? 0
        #expect(Double(best) >= overlap)
        // What is left out is what sanitising takes away.
        let kept = try SanitizeBoxes().apply(to: drawn.apply(to: sample)).objects ?? []
        #expect(kept.allSatisfy { drawn.keeps[$0.label] })
      }
      // A box of a fifth of the picture cannot overlap a crop of 0.3 * 0.3 of it by nine tenths often; the others can.
      if overlap < 0.9 { #expect(crops > 30) }
    }
    var context = DrawContext(RandomDraws(seed: 1))
    #expect(try RandomIoUCrop(overlaps: [0.5]).draw(for: Self.sample([]), &context) is Identity)
    #expect(try RandomIoUCrop(overlaps: [1]).draw(for: sample, &context) is Identity)
  }

  @Test func zoomingOutMovesBoxesWithThePicture() throws {
    let sample = try Self.sample(), zoom = try RandomZoomOut(range: (1.5, 3))
    for index in 0..<10 {
      var context = DrawContext(RandomDraws(seed: 2, index: index))
      let pad = try #require(try zoom.draw(for: sample, &context) as? Pad)
      let result = try pad.apply(to: sample)
      #expect((150...300).contains(result.size.width))
      let box = try #require(result.objects?.first?.box)
      #expect(box == Box(x1: 10, y1: 10, x2: 50, y2: 40).translated(x: Float(pad.left), y: Float(pad.top)))
      let (x, y) = (Int(box.x1), Int(box.y1))
      #expect(result.image.pixels[(y * result.size.width + x) * 3] == sample.image.pixels[(10 * 100 + 10) * 3])
    }
  }

  @Test func scaleJitterStaysInItsRange() throws {
    let sample = try Self.sample(),
      jitter = try ScaleJitter(target: ImageSize(width: 200, height: 160), range: (0.5, 1))
    for index in 0..<20 {
      var context = DrawContext(RandomDraws(seed: 3, index: index))
      let result = try jitter(sample, &context)
      #expect((99...200).contains(result.size.width))
      let factor = Float(result.size.width) / 100
      #expect(abs((result.objects?[0].box.x2 ?? 0) - 50 * factor) < 1e-3)
    }
  }

  @Test func whatIsWrongIsRefusedAndNothingTraps() throws {
    let strange = try Self.sample([
      Box(x1: .nan, y1: 0, x2: 5, y2: 5), Box(x1: -.infinity, y1: 0, x2: .infinity, y2: 9),
      Box(x1: 9, y1: 9, x2: 1, y2: 1), Box(x1: 1e30, y1: 0, x2: 1e38, y2: 5),
    ])
    let transforms: [any Transform] = try [
      Rotation(degrees: 30, expands: true), Affine(scale: 1e-5), HorizontalFlip(),
      Perspective(from: [(0, 0), (99, 0), (99, 79), (0, 79)], to: [(9, 9), (90, 3), (80, 70), (2, 60)]),
      Elastic(displacement: [Float](repeating: .nan, count: 16_000), size: strange.size),
      Crop(
        top: -1 << 24, left: 1 << 24, height: 3, width: 4), SanitizeBoxes(), Resize(.longestSide(1)),
      CenterCrop(size: ImageSize(width: 3, height: 300)),
    ]
    for transform in transforms { _ = try transform.apply(to: strange) }
    #expect(try SanitizeBoxes().apply(to: strange).objects == [])
    let refused: [() throws -> Void] = [
      { _ = try Crop(top: 0, left: 0, height: 0, width: 5) }, { _ = try Crop(top: .max, left: 0, height: 1, width: 5) },
      { _ = try Pad(left: -1, top: 0, right: 0, bottom: 0) }, { _ = try Rotation(degrees: .nan) },
      { _ = try Affine(scale: 0) }, { _ = try Affine(angle: .infinity) }, { _ = try Posterize(bits: 9) },
      { _ = try ColorAdjustment([.hue(0.6)]) }, { _ = try ColorAdjustment([.brightness(.nan)]) },
      { _ = try GaussianBlur(width: 4, height: 3, sigma: (1, 1)) },
      { _ = try GaussianBlur(width: 3, height: 3, sigma: (0, 1)) }, { _ = try GaussianNoise(sigma: .nan, key: 1) },
      { _ = try Resize(.exact(ImageSize(width: 0, height: 4))) },
      { _ = try ScaleJitter(target: strange.size, range: (2, 1)) },
      { _ = try Perspective(from: [(0, 0), (1, 1), (2, 2), (3, 3)], to: [(0, 0), (1, 1), (2, 2), (3, 3)]) },
      { _ = try RandomCrop(size: ImageSize(width: 101, height: 4)).draw(for: strange, &Self.context) },
      { _ = try MultipleCrops(size: ImageSize(width: 101, height: 4)).samples(of: strange) },
      { _ = try Pad(left: 1, top: 0, right: 0, bottom: 0, mode: .reflect).apply(to: strange) },
      { _ = try Mosaic(size: strange.size).draw(for: strange, &Self.context) },
    ]
    for (index, body) in refused.enumerated() {
      #expect(throws: AugmentationError.self, "\(index)", performing: body)
    }
  }

  private static var context: DrawContext {
    get { DrawContext(RandomDraws(seed: 0)) }
    set {}
  }
}
