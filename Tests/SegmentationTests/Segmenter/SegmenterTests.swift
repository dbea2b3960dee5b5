import Imaging
import Models
import Segmentation
import TensorCore
import TestSupport
import Testing

/// A network that gives the same scores for every input.
private struct FixedScores: SegmentationNetwork {
  let tensor: Tensor
  var margin = 0
  var expectedInput: Tensor?

  func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] { [NamedTensor("out", tensor)] }
  func scores(for input: Tensor) throws(ShapeError) -> Tensor {
    if let expectedInput {
      do { try expectClose(input, expectedInput, .exact, "input") } catch {
        throw error as? ShapeError ?? .init(.shape, "", "")
      }
    }
    return tensor
  }
}

@Suite struct SegmenterTests {
  private struct Case: Decodable {
    var classes: Int
    var scores: [Int]
    var size: [Int]
    var seed: UInt32
    var map: String
  }

  private static func image(_ width: Int, _ height: Int) throws -> Image {
    try Image(
      width: width, height: height, format: .rgb,
      pixels: (0..<3 * width * height).map { UInt8(truncatingIfNeeded: 7 * $0) })
  }

  private static func segmenter(_ network: FixedScores, size: [Int]) throws -> Segmenter {
    let size = ImageSize(width: size[1], height: size[0])
    return Segmenter(
      model: "fixed", network: network, contract: try InputContract(size: size, fit: .stretch), labels: ["sky"])
  }

  @Test func mapsAreThoseOfPyTorch() throws {
    let golden = try Golden("class_maps")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 5)
    for item in cases {
      let scores = try Formula.tensor([2, item.classes] + item.scores, seed: item.seed)
      let segmenter = try Self.segmenter(FixedScores(tensor: scores), size: item.scores)
      let prepared = try segmenter.prepare(Self.image(item.size[1], item.size[0]))
      let maps = try segmenter.segment([prepared, prepared])
      let expected = try golden[item.map].bytes()
      #expect(maps.allSatisfy { $0.width == item.size[1] && $0.height == item.size[0] })
      #expect(maps.flatMap(\.classes) == expected, "\(item.map)")
    }
  }

  @Test func theFirstOfEqualScoresWins() throws {
    let scores = try Tensor([1, 0, 2, 5, 1, 3, 2, 5, 0, 3, 2, 6] as [Float], shape: [1, 3, 2, 2])
    let segmenter = try Self.segmenter(FixedScores(tensor: scores), size: [2, 2])
    let maps = try segmenter.segment([segmenter.prepare(Self.image(2, 2))])
    #expect(maps.map(\.classes) == [[0, 1, 0, 2]])
  }

  @Test func oneClassIsThereAboveZero() throws {
    let scores = try Tensor([-1, 0, 0.1, 9] as [Float], shape: [1, 1, 2, 2])
    let segmenter = try Self.segmenter(FixedScores(tensor: scores), size: [2, 2])
    #expect(try segmenter.segment([segmenter.prepare(Self.image(2, 2))]).map(\.classes) == [[0, 0, 1, 1]])
  }

  /// A crop of the middle of a picture: what lies outside gets the nearest scores.
  @Test func croppedPicturesAreFilledFromTheEdge() throws {
    let scores = try Tensor([1, 0, 1, 0, 0, 1, 0, 1] as [Float], shape: [1, 2, 2, 2])
    let contract = try InputContract(size: ImageSize(width: 2, height: 2), fit: .none)
    let segmenter = Segmenter(model: "fixed", network: FixedScores(tensor: scores), contract: contract, labels: [])
    let map = try segmenter.segment([segmenter.prepare(Self.image(6, 2))])
    #expect(map.map(\.classes) == [[0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1]])
  }

  @Test func theContextOfValidConvolutionsIsMirrored() throws {
    var network = FixedScores(tensor: try .zeros([1, 2, 2, 2]), margin: 1)
    // Grey levels 0, 3, 6, 9 as 2x2; mirrored without repeating the edge.
    network.expectedInput = try Tensor(
      [9, 6, 9, 6, 3, 0, 3, 0, 9, 6, 9, 6, 3, 0, 3, 0] as [Float], shape: [1, 1, 4, 4])
    let contract = try InputContract(
      size: ImageSize(width: 2, height: 2), fit: .stretch, channels: .gray, scale: 1)
    let segmenter = Segmenter(model: "fixed", network: network, contract: contract, labels: [])
    let image = try Image(width: 2, height: 2, format: .gray, pixels: [0, 3, 6, 9])
    #expect(try segmenter.segment([segmenter.prepare(image)]).map(\.classes) == [[0, 0, 0, 0]])
  }

  @Test(arguments: [[1, 257, 2, 2], [1, 0, 2, 2], [1, 2, 2], [1, 2, 0, 2]]) func otherScoresAreRefused(
    shape: [Int]
  ) throws {
    let segmenter = try Self.segmenter(FixedScores(tensor: try .zeros(shape)), size: [2, 2])
    let prepared = try segmenter.prepare(Self.image(2, 2))
    #expect(throws: ShapeError.self) { try segmenter.segment([prepared]) }
  }

  @Test func classesWithoutANameAreNumbered() throws {
    let segmenter = try Self.segmenter(FixedScores(tensor: try .zeros([1, 2, 2, 2])), size: [2, 2])
    #expect(segmenter.label(0) == "sky" && segmenter.label(1) == "class 1")
  }
}
