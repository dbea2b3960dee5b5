import TensorCore
import TestSupport
import Testing

@Suite struct InterpolateTests {
  private let x: Tensor
  init() throws { x = try Tensor([1.0, 2, 5, 3], shape: [1, 1, 2, 2]) }

  @Test func byHand() throws {
    #expect(try x.interpolate(scale: [2, 2]).floats() == [1, 1, 2, 2, 1, 1, 2, 2, 5, 5, 3, 3, 5, 5, 3, 3])
    #expect(try x.interpolate(size: [2, 3]).floats() == [1, 1, 2, 5, 5, 3])
    #expect(try x.interpolate(size: [2, 3], mode: .nearestExact).floats() == [1, 2, 2, 5, 3, 3])
    let corners = try x.interpolate(size: [3, 3], mode: .bilinear, alignCorners: true)
    #expect(try corners.floats() == [1, 1.5, 2, 3, 2.75, 2.5, 5, 4, 3])
    #expect(try x.interpolate(size: [2, 4], mode: .bilinear).floats() == [1, 1.25, 1.75, 2, 5, 4.5, 3.5, 3])
    #expect(try x.interpolate(size: [1, 1], mode: .area).floats() == [2.75])
    #expect(try x.interpolate(size: [1, 1], mode: .bilinear, antialias: true).floats() == [2.75])
    // Halves of a pixel weigh -3/32, 19/32, 19/32, -3/32 with a = -0.75; of the border pixels two each.
    let cubic = try Tensor([0.0, 32], shape: [1, 1, 1, 2]).interpolate(size: [1, 1], mode: .bicubic)
    #expect(try cubic.floats() == [16])
    let line = try Tensor([0.0, 32, 0, 0], shape: [1, 1, 1, 4]).interpolate(size: [1, 2], mode: .bicubic)
    #expect(try line.floats() == [19, -3])
  }

  /// A given factor maps coordinates: 5 -> floor(3.5) = 3 columns at steps of 1 / 0.7, not of 5 / 3.
  @Test func factorsOrSizesMapCoordinates() throws {
    let row = try Tensor([0.0, 1, 2, 3, 4], shape: [1, 1, 1, 5])
    #expect(try row.interpolate(scale: [1, 0.6]).floats() == [0, 1, 3])
    let given = try row.interpolate(scale: [1, 0.7], mode: .bilinear).floats()
    let sizes = try row.interpolate(scale: [1, 0.7], mode: .bilinear, recomputeScale: true).floats()
    #expect(abs(given[2] - (2.5 / 0.7 - 0.5)) < 1e-5 && abs(sizes[2] - (2.5 * 5 / 3 - 0.5)) < 1e-5)
  }

  /// The cut into chunks, and which rows are held, leave no trace: a large picture against its rows one by one.
  @Test func chunksAgree() throws {
    let large = try Formula.tensor([1, 2, 150, 130], seed: 9)
    for (size, antialias) in [([400, 333], false), ([61, 77], true), ([300, 50], true)] {
      let whole = try large.interpolate(size: size, mode: .bicubic, antialias: antialias).floats()
      let plane = size[0] * size[1]
      let second = try Tensor(Array(large.floats()[(150 * 130)...]), shape: [1, 1, 150, 130])
      let alone = try second.interpolate(size: size, mode: .bicubic, antialias: antialias).floats()
      #expect(Array(whole[plane...]) == alone)
    }
  }

  @Test func halfPrecision() throws {
    let half = try x.cast(to: .float16)
    let result = try half.interpolate(scale: [2, 2], mode: .bilinear)
    #expect(result.dtype == .float16)
    try expectClose(result, x.interpolate(scale: [2, 2], mode: .bilinear).cast(to: .float16), .exact)
  }

  @Test func errors() throws {
    #expect(errorMessage { try x.interpolate() }.contains("either size or scale"))
    #expect(errorMessage { try x.interpolate(size: [2, 2], scale: [1, 1]) }.contains("either"))
    #expect(errorMessage { try x.interpolate(size: [0, 2]) }.contains("[0, 2]"))
    #expect(errorMessage { try x.interpolate(size: [Int.max, 2]) }.contains("at most"))
    #expect(errorMessage { try x.interpolate(scale: [.nan, 2]) }.contains("nan"))
    #expect(errorMessage { try x.interpolate(scale: [1e300, 2]) }.contains("too many"))
    #expect(errorMessage { try x.interpolate(scale: [0.1, 2]) }.contains("no pixels"))
    #expect(
      errorMessage { try x.interpolate(scale: [2, 2], alignCorners: true) }.contains("nearest"))
    #expect(
      errorMessage { try x.interpolate(size: [1, 1], mode: .area, antialias: true) }.contains(
        "area"))
    let three = try Tensor.zeros([1, 2, 2])
    #expect(errorMessage { try three.interpolate(size: [1, 1]) }.contains("[1, 2, 2]"))
  }
}
