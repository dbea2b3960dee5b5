import TensorCore
import TestSupport
import Testing

@Suite struct GridSampleTests {
  @Test func byHand() throws {
    let x = try Tensor([1.0, 2, 5, 3], shape: [1, 1, 2, 2])
    // The middle, the left edge at the height of the first row, far outside, not a number.
    let grid = try Tensor([0.0, 0, -1, -0.5, 9, 9, .nan, 0], shape: [1, 1, 4, 2])
    #expect(try x.gridSample(grid).floats() == [2.75, 0.5, 0, 0])
    #expect(try x.gridSample(grid, padding: .border).floats()[0..<3] == [2.75, 1, 3])
    #expect(try x.gridSample(grid, mode: .nearest).floats() == [1, 1, 0, 0])
    let corner = try Tensor([1.0, -1], shape: [1, 1, 1, 2])
    #expect(try x.gridSample(corner, alignCorners: true).floats() == [2])
  }

  /// What has no weight has no say, even if it is infinite.
  @Test func outsideNothingIsRead() throws {
    let x = try Tensor.full([1, 1, 2, 2], .infinity)
    #expect(try x.gridSample(Tensor([5.0, 5], shape: [1, 1, 1, 2])).floats() == [0])
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([1, 1, 2, 2]), grid = try Tensor.zeros([1, 3, 3, 3])
    #expect { try x.gridSample(grid) } throws: { "\($0)".contains("[1, 1, 2, 2], [1, 3, 3, 3]") }
    let good = try Tensor.zeros([1, 3, 3, 2])
    #expect { try x.gridSample(good, mode: .bicubic) } throws: { "\($0)".contains("bicubic") }
  }
}
