import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct UnaryTests {
  @Test func valuesWorkedByHand() throws {
    let x = try Tensor([-2, -0.5, 0, 1.5, 2.5, 8], shape: [6])
    #expect(try x.relu().floats() == [0, 0, 0, 1.5, 2.5, 8])
    #expect(try x.relu6().floats() == [0, 0, 0, 1.5, 2.5, 6])
    #expect(try x.leakyReLU(slope: 0.5).floats() == [-1, -0.25, 0, 1.5, 2.5, 8])
    #expect(try x.round().floats() == [-2, 0, 0, 2, 2, 8])
    #expect(try x.floor().floats() == [-2, -1, 0, 1, 2, 8])
    #expect(try x.ceil().floats() == [-2, 0, 0, 2, 3, 8])
    #expect(try x.sign().floats() == [-1, -1, 0, 1, 1, 1])
    #expect(try (-x).floats() == [2, 0.5, 0, -1.5, -2.5, -8])
    #expect(try x.square().floats() == [4, 0.25, 0, 2.25, 6.25, 64])
    #expect(try x.clamp(min: -1, max: 2).floats() == [-1, -0.5, 0, 1.5, 2, 2])
    #expect(try x.clamp(max: -1).floats() == [-2, -1, -1, -1, -1, -1])
    #expect(try x.hardsigmoid().floats()[3...] == [0.75, 5.5 / 6, 1])
    #expect(try x.hardswish().floats()[5] == 8)
    #expect(try x.exp().floats()[2] == 1)
    #expect(try Tensor([4, 0.25], shape: [2]).rsqrt().floats() == [0.5, 2])
  }

  @Test func integersWrapAndClamp() throws {
    let x = try Tensor([Int.min, -3, 0, 7], shape: [4])
    #expect(try x.abs().integers() == [Int.min, 3, 0, 7])
    #expect(try x.clamp(min: -1, max: 5).integers() == [-1, -1, 0, 5])
    #expect(try x.cast(to: .int32).square().integers() == [0, 9, 0, 49])
    #expect(throws: ShapeError.self) { try x.clamp(min: 0.5) }
    #expect(throws: ShapeError.self) { try x.clamp(min: .nan) }
  }

  @Test func typesThatDoNotFitAreNamed() throws {
    let error = try #require(throws: ShapeError.self) { try Tensor([1], shape: [1]).silu() }
    #expect(error.description == "SiLU: input 0 is int64; accepted: float32, bfloat16, float16")
  }

  @Test func emptyScalarAndHighRank() throws {
    #expect(try Tensor.zeros([0, 3]).silu().shape == [0, 3])
    #expect(try Tensor(3).exp().shape == [])
    #expect(try Tensor.ones([1, 2, 1, 2, 1, 2, 1, 2]).sqrt().shape == [1, 2, 1, 2, 1, 2, 1, 2])
  }

  @Test func masksTellNumbersApart() throws {
    let x = try Tensor([1, .nan, .infinity, -.infinity, 0], shape: [5])
    #expect(try x.nanMask().integers() == [0, 1, 0, 0, 0])
    #expect(try x.infiniteMask().integers() == [0, 0, 1, 1, 0])
    #expect(try x.cast(to: .bfloat16).finiteMask().integers() == [1, 0, 0, 0, 1])
  }

  /// A whole tensor, cut into tasks, gives what its elements give alone.
  @Test func placeDoesNotMatter() throws {
    let x = try Formula.tensor([100_003], seed: 5, scale: 9)
    let whole = try x.gelu().floats(), values = try x.floats()
    for index in stride(from: 0, to: values.count, by: 997) {
      #expect(try Tensor(values[index]).gelu().floats() == [whole[index]])
    }
  }

  /// Every function on every length around the vector's, in each tier: as the portable one, to rounding, and nothing
  /// written past the end.
  @Test func tiersAgreeOnEveryLength() throws {
    let source = try Formula.tensor([80], seed: 3, scale: 4).floats()
    for function in 0..<VK_UNARY_COUNT.rawValue {
      for count in 0...67 {
        var wanted = [Float](repeating: 7, count: count + 1), got = wanted
        let code = vk_unary_function(rawValue: function)
        vk_unary_f32(VK_ISA_PORTABLE, code, source, &wanted, count, 0.5, 2)
        for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
          vk_unary_f32(isa, code, source, &got, count, 0.5, 2)
          let close = zip(wanted, got).allSatisfy {
            $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 2e-6 * abs($0)
          }
          #expect(close && got[count] == 7, "function \(function), \(count) elements, tier \(isa.rawValue)")
        }
      }
    }
  }
}
