import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test func valuesWorkedByHand() throws {
    let x = try Tensor([0, 0, 1000, 1000, -1000, 1000], shape: [3, 2] as [Int]).cast(to: .float32)
    #expect(try x.softmax(axis: 1).floats() == [0.5, 0.5, 0.5, 0.5, 0, 1])
    #expect(try x.logSoftmax(axis: 1).floats()[4] == -2000)
    #expect(try x.softmax(axis: -2).shape == [3, 2])
  }

  @Test func whatHasNoSoftmaxIsNaN() throws {
    let x = try Tensor([-.infinity, -.infinity, .infinity, 0, .nan, 0, -.infinity, 0], shape: [4, 2])
    let y = try x.softmax(axis: 1).floats()
    #expect(y[0].isNaN && y[1].isNaN && y[2].isNaN && y[4].isNaN && y[5].isNaN)
    #expect(y[6] == 0 && y[7] == 1)
  }

  @Test func badInput() throws {
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 3]).softmax(axis: 2) }
    #expect(throws: ShapeError.self) { try Tensor(1).softmax(axis: 0) }
    #expect(throws: ShapeError.self) { try Tensor([1], shape: [1]).softmax(axis: 0) }
    #expect(try Tensor.zeros([3, 0]).softmax(axis: 1).shape == [3, 0])
  }

  /// Softmax down columns of a plane that is cut into blocks equals softmax along rows of its transpose.
  @Test func blocksOfColumns() throws {
    let length = 21, inner = 70_001
    let values = try Formula.tensor([length, inner], seed: 8, scale: 5).floats()
    let turned = (0..<inner).flatMap { i in (0..<length).map { values[$0 * inner + i] } }
    let columns = try Tensor(values, shape: [length, inner]).softmax(axis: 0).floats()
    let rows = try Tensor(turned, shape: [inner, length]).softmax(axis: 1).floats()
    let close = (0..<inner).allSatisfy { i in
      (0..<length).allSatisfy { k in abs(columns[k * inner + i] - rows[i * length + k]) <= 1e-6 * rows[i * length + k] }
    }
    #expect(close)
  }

  @Test func tiersAgree() throws {
    let x = try Formula.tensor([4096], seed: 4, scale: 6).floats()
    for (outer, length, inner) in [(3, 1, 1), (2, 17, 1), (4, 100, 1), (1, 33, 65), (2, 5, 3), (1, 4, 16)] {
      for logarithm in [true, false] {
        let count = outer * length * inner
        var wanted = [Float](repeating: 7, count: count + 1), got = wanted
        vk_softmax_f32(VK_ISA_PORTABLE, logarithm, x, &wanted, outer, length, inner, inner)
        for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
          vk_softmax_f32(isa, logarithm, x, &got, outer, length, inner, inner)
          let close = zip(wanted, got).allSatisfy { abs($0 - $1) <= 2e-6 * abs($0) } && got[count] == 7
          #expect(close, "[\(outer), \(length), \(inner)], logarithm \(logarithm), tier \(isa.rawValue)")
        }
      }
    }
  }
}
