import CKernels
import TensorCore
import TestSupport
import Testing

@Suite struct BinaryTests {
  @Test func operatorsOnTensorsAndNumbers() throws {
    let a = try Tensor([1, 2, 3, 4], shape: [2, 2] as [Int]).cast(to: .float32)
    let row = try Tensor([10, 20] as [Float], shape: [2])
    #expect(try (a + row).floats() == [11, 22, 13, 24])
    #expect(try (a - row).floats() == [-9, -18, -7, -16])
    #expect(try (a * a).floats() == [1, 4, 9, 16])
    #expect(try (a / row).floats() == [0.1, 0.1, 0.3, 0.2])
    #expect(try (a + 1.5).floats() == [2.5, 3.5, 4.5, 5.5])
    #expect(try (1 - a).floats() == [0, -1, -2, -3])
    #expect(try (12 / a).floats() == [12, 6, 4, 3])
    #expect(try (2 * a - 1).floats() == [1, 3, 5, 7])
    #expect(try a.pow(2).floats() == [1, 4, 9, 16])
    #expect(try a.maximum(2.5).floats() == [2.5, 2.5, 3, 4])
    #expect(try a.remainder(-3).floats() == [-2, -1, 0, -2])
  }

  @Test func perChannelAndRowBroadcasts() throws {
    let x = try Tensor((0..<24).map { Float($0) }, shape: [2, 3, 2, 2])
    let y = try (x * Tensor([1, 10, 100] as [Float], shape: [3, 1, 1])).floats()
    for (index, value) in y.enumerated() { #expect(value == Float(index) * [1, 10, 100][index / 4 % 3]) }
    #expect(try x.preLU(weight: Tensor([1, 2, 3] as [Float], shape: [3])).floats() == x.floats())
    #expect(try (-x).preLU(weight: Tensor([2] as [Float], shape: [1])).floats()[23] == -46)
  }

  /// Division by zero gives 0, and the smallest number divided by -1 wraps: neither traps.
  @Test(arguments: [DType.int32, .int64])
  func integersNeverTrap(dtype: DType) throws {
    let lowest = dtype == .int32 ? Int(Int32.min) : Int.min
    let a = try Tensor([7, -7, lowest, 5], shape: [4]).cast(to: dtype)
    let b = try Tensor([-2, 0, -1, 3], shape: [4]).cast(to: dtype)
    #expect(try (a / b).integers() == [-3, 0, lowest, 1])
    #expect(try a.remainder(b).integers() == [-1, 0, 0, 2])
    #expect(try b.pow(a).integers() == [-128, 0, 1, 243])
    #expect(try (a * 2).integers() == [14, -14, 0, 10])
  }

  @Test func integerPowersOfNegativeExponents() throws {
    let bases = try Tensor([1, -1, -1, 0, 5], shape: [5])
    #expect(try bases.pow(Tensor([-3, -3, -2, -1, -1], shape: [5])).integers() == [1, -1, 1, 0, 0])
  }

  @Test func shapesThatDoNotBroadcastAreNamed() throws {
    let error = try #require(throws: ShapeError.self) { try Tensor.zeros([2, 3]) + Tensor.zeros([4, 1, 2]) }
    #expect(error.description == "add: sizes 3 and 2 of axis 2 do not broadcast (shapes [2, 3], [4, 1, 2])")
    #expect(throws: ShapeError.self) { try Tensor.zeros([0]) + Tensor.zeros([2]) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2, 3]).preLU(weight: Tensor.zeros([2])) }
  }

  @Test func typesAreNotPromoted() throws {
    let whole = try Tensor([1, 2], shape: [2]), real = try Tensor([1, 2] as [Float], shape: [2])
    #expect(throws: ShapeError.self) { try whole + real }
    #expect(throws: ShapeError.self) { try whole + 1.5 }
    #expect(throws: ShapeError.self) { try whole.cast(to: .int32) + 3_000_000_000 }
    #expect(throws: ShapeError.self) { try whole.atan2(whole) }
    // A float32 scalar goes with half precision, and is not rounded to it: 256 + 1.0078125 is 257.0078125, which rounds
    // up to 258 where 256 + 1 would have gone to even, 256.
    let half = try Tensor([256] as [Float], shape: [1]).cast(to: .bfloat16)
    #expect(try (half + 1.0078125).floats() == [258])
    #expect(try (half + 1.0078125).dtype == .bfloat16)
    #expect(throws: ShapeError.self) { try half + real }
  }

  /// Each tier against the portable one: every way the operands can lie, lengths around the vector's.
  @Test func tiersAgreeOnEveryGrid() throws {
    let a = try Formula.tensor([4096], seed: 1, scale: 3).floats(),
      b = try Formula.tensor([4096], seed: 2, scale: 3).floats()
    for function in 0..<VK_BINARY_COUNT.rawValue {
      let code = vk_binary_function(rawValue: function)
      for (rows, columns) in [(1, 1), (1, 15), (3, 16), (2, 33), (40, 3), (33, 5), (37, 63), (5, 65), (0, 4), (4, 0)] {
        for (left, right) in Self.layouts(columns) {
          var wanted = [Float](repeating: 7, count: rows * columns + 1), got = wanted
          vk_binary_f32(VK_ISA_PORTABLE, code, rows, columns, a, left, b, right, &wanted)
          if rows * columns > 0 {
            let r = rows - 1, c = columns - 1
            let x = a[r * left.row + c * left.column], y = b[r * right.row + c * right.column]
            if code == VK_ADD { #expect(wanted[rows * columns - 1] == x + y, "\(rows)x\(columns)") }
            if code == VK_DIVIDE { #expect(wanted[rows * columns - 1] == x / y, "\(rows)x\(columns)") }
          }
          for isa in [VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
            vk_binary_f32(isa, code, rows, columns, a, left, b, right, &got)
            let same = zip(wanted, got).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
            #expect(same, "function \(function), \(rows)x\(columns), \(left), \(right), tier \(isa.rawValue)")
          }
        }
      }
    }
  }

  /// Both running, either one a row, a column of values, or a single value.
  static func layouts(_ columns: Int) -> [(vk_stride, vk_stride)] {
    let all = [
      vk_stride(row: columns, column: 1), vk_stride(row: 0, column: 1), vk_stride(row: 1, column: 0),
      vk_stride(row: 0, column: 0),
    ]
    return all.flatMap { a in all.map { (a, $0) } }
  }
}
