import TensorCore
import TestSupport
import Testing

@Suite struct AdaptivePoolTests {
  @Test func byHand() throws {
    let x = try Tensor([1.0, 5, 2, 0, 3, 4, 8, -1, 7], shape: [1, 3, 3])
    // Rows and columns 0-1 and 1-2.
    #expect(try x.adaptiveAveragePool([2, 2]).floats() == [2.25, 3.5, 2.5, 3.25])
    #expect(try x.adaptiveMaxPool([2, 2]).floats() == [5, 5, 8, 7])
    #expect(try x.adaptiveMaxPool([1, 3]).floats() == [8, 5, 7])
    #expect(try x.adaptiveMaxPool([4, 1]).floats() == [5, 5, 8, 8])
    let nan = try Tensor([1.0, .nan, 3, 4], shape: [1, 2, 2])
    #expect(try nan.adaptiveMaxPool([1, 2]).floats()[1].isNaN)
  }

  /// Values of one sign far from 0, whose running float32 sum would lose their last digits.
  @Test func globalMeanOfLargePlanes() throws {
    let x = try Formula.tensor([1, 1, 900, 700], seed: 3, offset: 1000)
    let exact = try x.floats().reduce(0.0) { $0 + Double($1) } / 630_000
    #expect(try abs(Double(x.globalAveragePool().floats()[0]) - exact) <= 1e-4)
  }

  @Test func errors() throws {
    let x = try Tensor.zeros([1, 2, 5, 6])
    for size in [[0, 1], [2], [1, -1], [Int.max, Int.max]] {
      #expect { try x.adaptiveAveragePool(size) } throws: { "\($0)".contains("\(size)") }
    }
    #expect { try Tensor.zeros([1, 2, 0, 6]).globalAveragePool() } throws: { "\($0)".contains("[1, 2, 0, 6]") }
    #expect { try Tensor.zeros([6]).adaptiveMaxPool([1, 1]) } throws: { "\($0)".contains("[6]") }
  }
}
