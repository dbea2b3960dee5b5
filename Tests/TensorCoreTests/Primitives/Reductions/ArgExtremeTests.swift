import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct ArgExtremeTests {
  @Test func theFirstOfEqualOnes() throws {
    let x = try Tensor([1, 3, 3, 0, 0, -1], shape: [2, 3] as [Int])
    #expect(try x.argmax(axis: 1).integers() == [1, 0])
    #expect(try x.cast(to: .float32).argmax(axis: -1, keepAxis: true).shape == [2, 1])
    #expect(try x.argmax().integers() == [1])
    #expect(try x.argmin(axis: 0).integers() == [1, 1, 1])
    #expect(try x.argmax(keepAxis: true).shape == [1, 1])
    #expect(try Tensor(4).argmax().integers() == [0])
  }

  @Test func nanBeatsAll() throws {
    var values = [Float](repeating: 1, count: 40)
    values[7] = 9
    values[21] = .nan
    values[30] = .nan
    let row = try Tensor(values, shape: [1, 40]), column = try Tensor(values, shape: [40, 1])
    #expect(try row.argmax(axis: 1).integers() == [21])
    #expect(try row.argmin(axis: 1).integers() == [21])
    let both = try Tensor(values.flatMap { [$0, 0] }, shape: [40, 2])
    #expect(try both.argmax(axis: 0).integers() == [21, 0])
    #expect(try both.argmin(axis: 0).integers() == [21, 0])
    #expect(try column.argmax(axis: 0).integers() == [21])
  }

  @Test func infinitiesAreNumbers() throws {
    let x = try Tensor([-.infinity, -.infinity, -.infinity], shape: [3])
    #expect(try x.argmax().integers() == [0])
    #expect(try x.argmin().integers() == [0])
  }

  @Test func noElementsNoIndex() throws {
    #expect(throws: ShapeError.self) { try Tensor.zeros([0]).argmax() }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 0]).argmin(axis: 1) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2]).argmax(axis: 1) }
    #expect(try Tensor.zeros([0, 2]).argmax(axis: 1).shape == [0])
  }

  @Test func tiersAgree() throws {
    let x = try Formula.tensor([4096], seed: 4, scale: 6).round().floats()
    for (outer, length, inner) in [(3, 1, 1), (2, 17, 1), (4, 100, 1), (1, 33, 65), (2, 5, 3)] {
      for largest in [true, false] {
        var wanted = [Int64](repeating: -1, count: outer * inner), got = wanted
        vk_arg_extreme(VK_ISA_PORTABLE, VK_FLOAT32, largest, x, outer, length, inner, inner, &wanted)
        for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
          vk_arg_extreme(isa, VK_FLOAT32, largest, x, outer, length, inner, inner, &got)
          #expect(got == wanted, "[\(outer), \(length), \(inner)], largest \(largest), tier \(isa.rawValue)")
        }
      }
    }
  }
}
