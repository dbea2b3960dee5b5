import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct ReductionTests {
  @Test func valuesWorkedByHand() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(try x.sum().floats() == [21])
    #expect(try x.sum().shape == [])
    #expect(try x.sum(axes: [0]).floats() == [5, 7, 9])
    #expect(try x.sum(axes: [-1], keepAxes: true).shape == [2, 1])
    #expect(try x.mean(axes: [1]).floats() == [2, 5])
    #expect(try x.product(axes: [0]).floats() == [4, 10, 18])
    #expect(try x.max(axes: [0]).floats() == [4, 5, 6])
    #expect(try x.min().floats() == [1])
    #expect(try x.variance(axes: [1]).floats() == [1, 1])
    #expect(try x.variance(axes: [0], unbiased: false).floats() == [2.25, 2.25, 2.25])
    #expect(try x.standardDeviation(axes: [0], unbiased: false).floats() == [1.5, 1.5, 1.5])
    #expect(try Tensor([3, 4] as [Float], shape: [2]).norm().floats() == [5])
    #expect(try x.sum(axes: []).floats() == x.floats())
    #expect(try Tensor(3).sum().floats() == [3])
  }

  @Test func integersSumToInt64() throws {
    let x = try Tensor([Int(Int32.max), Int(Int32.max)], shape: [2]).cast(to: .int32)
    #expect(try x.sum().integers() == [4_294_967_294])
    #expect(try x.max().dtype == .int32)
    #expect(try Tensor([true, false, true], shape: [3]).sum().integers() == [2])
    #expect(try Tensor([Int.max, 1], shape: [2]).sum().integers() == [Int.min])
    #expect(throws: ShapeError.self) { try x.mean() }
  }

  @Test func reductionsOfNothing() throws {
    let x = try Tensor.zeros([0, 3])
    #expect(try x.sum(axes: [0]).floats() == [0, 0, 0])
    #expect(try x.product().floats() == [1])
    #expect(try x.mean().floats()[0].isNaN)
    #expect(try x.logSumExp().floats() == [-.infinity])
    #expect(try x.sum(axes: [1]).shape == [0])
    #expect(try x.max(axes: [1]).shape == [0])
    let error = try #require(throws: ShapeError.self) { try x.max(axes: [0]) }
    #expect(error.description == "max: an axis without elements has none (shape [0, 3])")
    #expect(try Tensor.zeros([2, 0, 3, 0]).sum(axes: [1, 3], keepAxes: true).floats() == [0, 0, 0, 0, 0, 0])
    #expect(try Tensor.zeros([0], dtype: .bool).any().integers() == [0])
    #expect(try Tensor.zeros([0], dtype: .bool).all().integers() == [1])
    #expect(try Tensor(1).variance().floats()[0].isNaN)
  }

  @Test func badAxesAreRefused() throws {
    let x = try Tensor.zeros([2, 3])
    #expect(throws: ShapeError.self) { try x.sum(axes: [2]) }
    #expect(throws: ShapeError.self) { try x.sum(axes: [-3]) }
    #expect(throws: ShapeError.self) { try x.sum(axes: [1, -1]) }
    #expect(throws: ShapeError.self) { try x.sum(axes: [Int.min]) }
  }

  @Test func nanAndInfinities() throws {
    let x = try Tensor([1, .nan, 3, .infinity, -.infinity, 2], shape: [3, 2])
    let largest = try x.max(axes: [1]).floats(), smallest = try x.min(axes: [1]).floats()
    #expect(largest[0].isNaN && largest[1] == .infinity && largest[2] == 2)
    #expect(smallest[0].isNaN && smallest[1] == 3 && smallest[2] == -.infinity)
    let columns = try x.max(axes: [0]).floats()
    #expect(columns[0] == 3 && columns[1].isNaN)
    #expect(try Tensor([-.infinity, -.infinity], shape: [2]).logSumExp().floats() == [-.infinity])
    #expect(try Tensor([.infinity, 0], shape: [2]).logSumExp().floats() == [.infinity])
    #expect(try Tensor([1000, 1000] as [Float], shape: [2]).logSumExp().floats()[0] == Float(1000 + 0.693147180559945))
  }

  /// 2^24 ones and a little: adding one by one in float32 stops at 2^24.
  @Test func longSumsDoNotStall() throws {
    #expect(try Tensor.ones([(1 << 24) + 5]).sum().floats() == [Float((1 << 24) + 4)])
    #expect(try (Tensor.ones([1 << 20]) * 1e30).variance().floats() == [0])
  }

  /// Each tier against the portable one, on lengths around the vector's, rows and columns.
  @Test func tiersAgree() throws {
    let x = try Formula.tensor([4096], seed: 9, scale: 2).floats()
    let kinds = [VK_SUM, VK_SUM_SQUARES, VK_SUM_EXP, VK_PRODUCT, VK_MAX, VK_MIN]
    for kind in kinds {
      for (rows, columns) in [(1, 1), (2, 15), (3, 16), (2, 31), (2, 33), (5, 100), (1, 1000), (50, 3), (0, 3), (3, 0)]
      {
        let centre = (0..<max(rows, columns)).map { Double($0) / 64 }
        for byRows in [true, false] {
          func run(_ isa: vk_isa) -> [Double] {
            var results = [Double](repeating: 0.5, count: (byRows ? rows : columns) + 1)
            if byRows {
              vk_reduce_rows_f32(isa, kind, x, rows, columns, columns, centre, &results)
            } else {
              vk_reduce_columns_f32(isa, kind, x, rows, columns, columns, centre, &results)
            }
            return results
          }
          let wanted = run(VK_ISA_PORTABLE)
          for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
            let close = zip(wanted, run(isa)).allSatisfy { abs($0 - $1) <= 1e-6 * abs($0) }
            #expect(close, "kind \(kind.rawValue), \(rows)x\(columns), by rows \(byRows), tier \(isa.rawValue)")
          }
        }
      }
    }
  }
}
