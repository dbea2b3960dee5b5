import Augmentation
import Imaging
import TestSupport
import Testing

/// Random transforms against torchvision's where both are given the same numbers.
@Suite struct DrawnTransformTests {
  struct Case: Decodable {
    let key: String, op: String, mode: String?, numbers: [Double]?
    var n: [Double] { numbers ?? [] }
    var w: [Int] { n.map { Int($0) } }
  }

  /// Written by Scripts/golden/augmentation.py, beside the other transforms' tests.
  private static func cases(_ op: String) throws -> (Golden, [Case]) {
    let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let golden = try Golden("augmentation", beside: "/\(folder)/Transforms/x.swift")
    return (golden, try golden.cases(Case.self).filter { $0.op == op })
  }

  /// The golden's two pictures: as it is, and mirrored top to bottom.
  private static func pair() throws -> (Sample, Sample) {
    var first = Sample(image: try TestPicture.image(), label: 1, classMap: try TestPicture.classMap())
    var second = try VerticalFlip().apply(to: first)
    (first.label, second.label) = (1, 3)
    return (first, second)
  }

  private static func expectShares(_ sample: Sample, _ expected: [Float], _ note: String) {
    for (label, share) in expected.enumerated() {
      let own = sample.labelShares?.first { $0.label == label }?.share ?? 0
      #expect(abs(own - share) < 1e-6, "class \(label), \(note)")
    }
  }

  @Test func mixtures() throws {
    let (golden, cases) = try Self.cases("mix_up")
    #expect(cases.count == 5)
    for item in cases {
      var (first, second) = try Self.pair()
      (first.classMap, second.classMap) = (nil, nil)
      let result = try MixedSamples(other: second, share: item.n[0]).apply(to: first)
      // Theirs are floats; ours the nearest bytes.
      let values = try golden["\(item.key).values"].floats()
      #expect(values.count == result.image.pixels.count)
      let worst = zip(values, result.image.pixels).map { abs($0 - Float($1)) }.max() ?? 9
      #expect(worst <= 0.5001, "\(item)")
      Self.expectShares(result, try golden["\(item.key).shares"].floats(), "\(item)")
    }
  }

  @Test func cutRectangles() throws {
    let (golden, cases) = try Self.cases("cut_mix")
    #expect(cases.count == 5)
    for item in cases {
      let (first, second) = try Self.pair(), w = item.w
      let result = try PastedRectangle(other: second, columns: w[0]..<w[2], rows: w[1]..<w[3]).apply(to: first)
      #expect(try result.image.pixels == golden["\(item.key).image"].bytes(), "\(item)")
      #expect(try result.classMap?.classes == golden["\(item.key).classes"].bytes(), "\(item)")
      Self.expectShares(result, try golden["\(item.key).shares"].floats(), "\(item)")
    }
  }

  @Test func fiveAndTenCrops() throws {
    let (golden, cases) = try Self.cases("crops")
    #expect(cases.count == 9)
    for item in cases {
      let mirroring: MultipleCrops.Mirroring =
        item.mode == "five" ? .none : item.mode == "ten" ? .horizontal : .vertical
      let crops = try MultipleCrops(size: ImageSize(width: item.w[1], height: item.w[0]), mirroring: mirroring)
      let result = try crops.samples(of: TestPicture.sample())
      let expected = try golden["\(item.key).images"]
      #expect(expected.shape == [result.count, item.w[0], item.w[1], 3])
      #expect(try result.flatMap(\.image.pixels) == expected.bytes(), "\(item)")
    }
  }

  @Test func cropsAroundObjects() throws {
    let (golden, cases) = try Self.cases("iou_crop")
    #expect(cases.count == 60)
    let sample = try TestPicture.sample(), crop = try RandomIoUCrop()
    var found = 0
    for item in cases {
      let n = item.n, w = item.w
      let result = try crop.trial(
        sample.size, (sample.objects ?? []).map(\.box), overlap: n[0], numbers: Array(n[1..<5]))
      let isThere = w[7] > 0
      #expect((result != nil) == isThere, "\(item)")
      guard let result, isThere else { continue }
      found += 1
      #expect(try result.crop == Crop(top: w[5], left: w[6], height: w[7], width: w[8]), "\(item)")
      #expect(try result.keeps == golden["\(item.key).keeps"].bytes().map { $0 != 0 }, "\(item)")
    }
    #expect(found > 10)
  }

  @Test func canvases() throws {
    let (_, cases) = try Self.cases("zoom_out")
    #expect(cases.count == 8)
    for item in cases {
      let pad = try RandomZoomOut().padding(of: TestPicture.size, numbers: Array(item.n[..<3]))
      #expect([pad.left, pad.top, pad.right, pad.bottom] == Array(item.w[3...]), "\(item)")
    }
  }
}
