import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct ComparisonTests {
  @Test func comparisonsGiveBools() throws {
    let a = try Tensor([1, 2, .nan], shape: [3]), b = try Tensor([2, 2, .nan], shape: [3])
    #expect(try a.equal(b).integers() == [0, 1, 0])
    #expect(try a.notEqual(b).integers() == [1, 0, 1])
    #expect(try a.less(b).integers() == [1, 0, 0])
    #expect(try a.lessOrEqual(b).integers() == [1, 1, 0])
    #expect(try a.greater(1.5).integers() == [0, 1, 0])
    #expect(try a.greaterOrEqual(1).integers() == [1, 1, 0])
    #expect(try a.less(b).dtype == .bool)
    #expect(try Tensor([3, 200] as [UInt8], shape: [2]).greater(100).integers() == [0, 1])
    #expect(try Tensor([Int.max, Int.max - 1], shape: [2]).equal(Tensor([Int.max], shape: [1])).integers() == [1, 0])
  }

  @Test func badOperandsAreRefused() throws {
    let bytes = try Tensor([1] as [UInt8], shape: [1])
    #expect(throws: ShapeError.self) { try bytes.less(300) }
    #expect(throws: ShapeError.self) { try bytes.less(Tensor.zeros([1])) }
    let error = try #require(throws: ShapeError.self) { try Tensor.zeros([2]).less(Tensor.zeros([3])) }
    #expect(error.description.contains("[2], [3]"))
  }

  @Test func logic() throws {
    let a = try Tensor([true, true, false, false], shape: [2, 2]), b = try Tensor([true, false], shape: [2])
    #expect(try a.logicalAnd(b).integers() == [1, 0, 0, 0])
    #expect(try a.logicalOr(b).integers() == [1, 1, 1, 0])
    #expect(try a.logicalXor(b).integers() == [0, 1, 1, 0])
    #expect(try a.logicalNot().integers() == [0, 0, 1, 1])
    #expect(throws: ShapeError.self) { try a.logicalAnd(Tensor.zeros([2])) }
  }

  @Test(arguments: DType.allCases)
  func whereTakesEveryType(dtype: DType) throws {
    let condition = try Tensor([true, false, true], shape: [3, 1])
    let a = try Tensor([1, 0], shape: [2]).cast(to: dtype), b = try Tensor([0, 1], shape: [1, 2]).cast(to: dtype)
    let result = try Tensor.where(condition, a, b)
    #expect(result.shape == [3, 2] && result.dtype == dtype)
    #expect(try result.cast(to: .int64).integers() == [1, 0, 0, 1, 1, 0])
    #expect(throws: ShapeError.self) { try Tensor.where(a.cast(to: .float32), a, b) }
    #expect(throws: ShapeError.self) { try Tensor.where(condition, a, Tensor.zeros([3], dtype: dtype)) }
  }

  @Test func whereKeepsNaNOut() throws {
    let x = try Tensor([1, .nan], shape: [2])
    #expect(try Tensor.where(x.nanMask(), Tensor(0), x).floats() == [1, 0])
  }

  /// Each tier against the portable one, and that against Swift.
  @Test func tiersAgreeOnEveryGrid() throws {
    let a = try Formula.tensor([4096], seed: 1, scale: 3).round().floats()
    let b = try Formula.tensor([4096], seed: 2, scale: 3).round().floats()
    let operators: [(Float, Float) -> Bool] = [(==), (!=), (<), (<=), (>), (>=)]
    for (index, compare) in operators.enumerated() {
      let code = vk_comparison(rawValue: UInt32(index))
      for (rows, columns) in [(1, 1), (3, 16), (2, 33), (40, 3), (37, 70)] {
        for (left, right) in BinaryTests.layouts(columns) {
          let wanted = (0..<rows * columns).map { place -> UInt8 in
            let r = place / columns, c = place % columns
            return compare(a[r * left.row + c * left.column], b[r * right.row + c * right.column]) ? 1 : 0
          }
          for isa in [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
            var got = [UInt8](repeating: 7, count: rows * columns)
            vk_compare(isa, VK_FLOAT32, code, rows, columns, a, left, b, right, &got)
            #expect(got == wanted, "comparison \(index), \(rows)x\(columns), \(left), \(right), tier \(isa.rawValue)")
          }
        }
      }
    }
  }
}
