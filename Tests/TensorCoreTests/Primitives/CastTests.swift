import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct CastTests {
  @Test func floatsTruncateSaturateAndLoseNaN() throws {
    let x = try Tensor([1.9, -1.9, 300, -300, .nan, .infinity, -.infinity, 3e9, -0.0], shape: [9])
    #expect(try x.cast(to: .int8).integers() == [1, -1, 127, -128, 0, 127, -128, 127, 0])
    #expect(try x.cast(to: .uint8).integers() == [1, 0, 255, 0, 0, 255, 0, 255, 0])
    #expect(
      try x.cast(to: .int32).integers()
        == [1, -1, 300, -300, 0, 2_147_483_647, -2_147_483_648, 2_147_483_647, 0])
    #expect(try x.cast(to: .int64).integers() == [1, -1, 300, -300, 0, Int.max, Int.min, 3_000_000_000, 0])
    #expect(try x.cast(to: .bool).integers() == [1, 1, 1, 1, 1, 1, 1, 1, 0])
  }

  /// 1 + 2^-8 lies half-way between bfloat16 1 and 1 + 2^-7, 1 + 2^-11 between float16 1 and 1 + 2^-10: both go to even.
  @Test func halvesRoundToNearestEven() throws {
    let b = try Tensor([1.00390625, 1.01171875, 3.4e38, .nan, 0x1.8p-133], shape: [5]).cast(to: .bfloat16)
    #expect(try bits(b) == [0x3F80, 0x3F82, 0x7F80, 0x7FC0, 0x0002])
    let h = try Tensor([1.00048828125, 1.00146484375, 65519, 65520, 0x1p-24, 0x1p-25, -0.0], shape: [7])
    #expect(try bits(h.cast(to: .float16)) == [0x3C00, 0x3C02, 0x7BFF, 0x7C00, 0x0001, 0x0000, 0x8000])
  }

  @Test func narrowerIntegersKeepTheLowBits() throws {
    let x = try Tensor([300, -1, 1 << 40, Int.max], shape: [2, 2])
    #expect(try x.cast(to: .uint8).integers() == [44, 255, 0, 255])
    #expect(try x.cast(to: .int32).integers() == [300, -1, 0, -1])
    #expect(try x.cast(to: .float32).floats() == [300, -1, 0x1p40, 0x1p63])
  }

  @Test func everyFloat16ComesBack() throws {
    let all = try Tensor((0..<65536).map { $0 }, shape: [65536]).cast(to: .int32)
    let halves = try Tensor(
      elements: all.integers().map { UInt16($0) }, spec: TensorSpec([65536], .float16))
    let wide = try halves.floats()
    for (index, value) in wide.enumerated() {
      #expect(value.isNaN == (index & 0x7FFF > 0x7C00))
      if !value.isNaN { #expect(value == reference(half: UInt16(index))) }
    }
    let back = try bits(halves.cast(to: .float32).cast(to: .float16))
    #expect(zip(back, 0..<65536).allSatisfy { Int($0) == $1 || wide[$1].isNaN })
  }

  @Test func emptyAndScalarTensors() throws {
    #expect(try Tensor.zeros([0, 3]).cast(to: .int64).shape == [0, 3])
    #expect(try Tensor(2.5).cast(to: .int64).integers() == [2])
  }

  @Test func fullTakesAnyValue() throws {
    #expect(try Tensor.full([1], .nan, dtype: .int64).integers() == [0])
    #expect(try Tensor.full([1], 1e300, dtype: .int8).integers() == [127])
    #expect(try Tensor.full([1], -.infinity, dtype: .int64).integers() == [Int.min])
  }

  /// Every pair of types on arbitrary bits: each tier gives the portable one's bits.
  @Test(arguments: DType.allCases)
  func tiersAgree(from: DType) throws {
    for count in [0, 1, 7, 16, 63, 257, 1000] {
      var state = UInt64(count + 1)
      let source = (0..<count * from.byteSize).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return from == .bool ? UInt8(state >> 63) : UInt8(truncatingIfNeeded: state >> 40)
      }
      for to in DType.allCases {
        var wanted = [UInt8](repeating: 0xAA, count: count * to.byteSize + 1), got = wanted
        vk_cast(VK_ISA_PORTABLE, from.kernelType, to.kernelType, source, &wanted, count)
        for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
          vk_cast(isa, from.kernelType, to.kernelType, source, &got, count)
          #expect(got == wanted, "\(from) to \(to), \(count) elements, tier \(isa.rawValue)")
        }
      }
    }
  }

  private func bits(_ x: Tensor) throws -> [UInt16] {
    x.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }
  }

  /// The value of a finite or infinite float16 by its definition.
  private func reference(half: UInt16) -> Float {
    let exponent = Int(half >> 10 & 31), fraction = Float(half & 1023) / 1024
    let magnitude: Float =
      switch exponent {
      case 0: fraction * 0x1p-14
      case 31: .infinity
      default: (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
      }
    return half & 0x8000 == 0 ? magnitude : -magnitude
  }
}
