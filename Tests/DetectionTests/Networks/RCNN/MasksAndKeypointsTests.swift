import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct MasksAndKeypointsTests {
  private let size = ImageSize(width: 53, height: 37)

  private func grids() throws -> Tensor { try Formula.tensor([8, 28, 28], seed: 60, scale: 0.5, offset: 0.5) }

  private func boxes(_ corners: [Float]) -> [Box] {
    stride(from: 0, to: corners.count, by: 4).map {
      Box(x1: corners[$0], y1: corners[$0 + 1], x2: corners[$0 + 2], y2: corners[$0 + 3])
    }
  }

  @Test func masksArePastedAsTorchvisionPastesThem() throws {
    let golden = try Golden("masks"), corners = try golden["boxes"], grids = try grids()
    let pasted = try SoftMask.paste(grids, into: corners, of: size)
    try expectClose(pasted, golden["pasted"], .accumulated)
    for (index, box) in try boxes(corners.floats()).enumerated() {
      let mask = SoftMask(probabilities: try grids.select(axis: 0, index: index))
      let expected = try golden["pasted"].select(axis: 0, index: index)
      try expectClose(mask.pasted(into: box, of: size).reshape([1, 37, 53]), expected, .accumulated, "\(index)")
      // Formula values lie no nearer to the threshold than the two computations to each other.
      let pixels = try expected.floats().map { $0 >= 0.37 ? UInt8(1) : 0 }
      #expect(try mask.mask(in: box, of: size, threshold: 0.37).pixels == pixels, "\(index)")
    }
  }

  @Test func masksOutsideAreEmpty() throws {
    let mask = SoftMask(probabilities: try .ones([28, 28]))
    for box in boxes([100, 100, 120, 120, -50, -50, -10, -10, .nan, 0, 1, 1, 1e9, 0, 2e9, 4]) {
      #expect(try mask.mask(in: box, of: size).area == 0)
      #expect(try mask.pasted(into: box, of: size).floats().allSatisfy { $0 == 0 })
    }
    #expect(throws: ShapeError.self) {
      try SoftMask(probabilities: .zeros([2, 2, 2])).pasted(into: Box(x1: 0, y1: 0, x2: 9, y2: 9), of: size)
    }
  }

  @Test func keypointsEqualTorchvisions() throws {
    let golden = try Golden("keypoints"), maps = try Formula.tensor([4, 5, 14, 14], seed: 70, scale: 3)
    let found = try KeypointHeatmaps.keypoints(maps, regions: golden["boxes"])
    try expectClose(found.points, golden["points"], .accumulated)
    try expectClose(found.scores, golden["scores"], .accumulated)
  }

  @Test func regionsAndMapsMustFit() throws {
    #expect(throws: ShapeError.self) {
      try KeypointHeatmaps.keypoints(.zeros([2, 5, 14, 14]), regions: .zeros([3, 4]))
    }
    let huge = try Tensor([0, 0, 1e9, 4], shape: [1, 4])
    #expect(throws: ShapeError.self) { try KeypointHeatmaps.keypoints(.zeros([1, 5, 14, 14]), regions: huge) }
    #expect(
      try KeypointHeatmaps.keypoints(.zeros([0, 17, 56, 56]), regions: .zeros([0, 4])).points.shape == [0, 17, 3])
  }
}
