import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct AnchorGeneratorTests {
  @Test func equalTorchvisions() throws {
    let golden = try Golden("anchors")
    let thirds: [Float] = [32, 64].flatMap { [$0, ($0 * 1.259921).rounded(.down), ($0 * 1.587401).rounded(.down)] }
    let models: [(String, AnchorGenerator, ImageSize, [ImageSize], Int)] = [
      (
        "pyramid", AnchorGenerator(sizes: [[32], [64], [128]]), ImageSize(width: 160, height: 96),
        [ImageSize(width: 40, height: 24), ImageSize(width: 20, height: 12), ImageSize(width: 7, height: 5)], 7
      ),
      (
        "retina", AnchorGenerator(sizes: [Array(thirds[..<3]), Array(thirds[3...])]), ImageSize(width: 96, height: 64),
        [ImageSize(width: 12, height: 8), ImageSize(width: 6, height: 4)], 5
      ),
      (
        "square", AnchorGenerator(sizes: [[8], [16]], aspectRatios: [1]), ImageSize(width: 50, height: 33),
        [ImageSize(width: 6, height: 4), ImageSize(width: 3, height: 2)], 1
      ),
    ]
    for (name, generator, input, grids, step) in models {
      let levels = try generator(grids: grids, input: input)
      #expect(levels.map { $0.shape[0] } == zip(grids, generator.countsPerCell).map { $0.width * $0.height * $1 })
      let all = try Tensor.concatenate(levels, axis: 0).slice(axis: 0, step: step)
      try expectClose(all, golden[name], .exact, name)
    }
  }

  /// Side 8, ratio 4: 16 high and 4 wide, around (0, 0) and, one stride on, around (10, 0).
  @Test func byHand() throws {
    let generator = AnchorGenerator(sizes: [[8]], aspectRatios: [4])
    let anchors = try generator(
      grids: [ImageSize(width: 2, height: 1)], input: ImageSize(width: 20, height: 9))
    #expect(try anchors[0].floats() == [-2, -8, 2, 8, 8, -8, 12, 8])
  }

  @Test func mapsMustBeAsManyAsLevels() {
    let generator = AnchorGenerator(sizes: [[8], [16]])
    let grid = ImageSize(width: 2, height: 2)
    #expect(throws: ShapeError.self) { try generator(grids: [grid], input: grid) }
    #expect(throws: ShapeError.self) { try generator(grids: [grid, ImageSize(width: 0, height: 1)], input: grid) }
  }
}
