import TensorCore
import TestSupport
import Testing

@Suite struct NonzeroTests {
  @Test func listsPositions() throws {
    let x = try Tensor([0, 1, -0.0, .nan] as [Float], shape: [2, 2])
    #expect(try x.nonzero().integers() == [0, 1, 1, 1])
    #expect(try x.nonzero().shape == [2, 2])
    #expect(try x.cast(to: .float16).nonzero().integers() == [0, 1, 1, 1])
    #expect(try Tensor(3).nonzero().shape == [1, 0])
    #expect(try Tensor([Int.min, 0], shape: [2]).nonzero().integers() == [0])
  }
}
