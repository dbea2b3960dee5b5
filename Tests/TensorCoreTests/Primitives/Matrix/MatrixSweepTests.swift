import CKernels
import TensorCore
import TestSupport
import Testing

/// Random sizes on every instruction set against sums in double precision, and on one thread against several.
@Suite struct MatrixSweepTests {
  private struct Shape {
    var stack = 1, rows = 1, columns = 1, depth = 1, transposeA = false, transposeB = false, hasBias = false

    func run(_ a: Tensor, _ b: Tensor, _ bias: Tensor, isa: vk_isa) throws -> Tensor {
      let result = try Tensor.full([stack, rows, columns], .nan)
      MatrixKernel(
        left: a.view.floats, MatrixShape(a.shape, isLeft: true, transposed: transposeA), right: b.view.floats,
        MatrixShape(b.shape, isLeft: false, transposed: transposeB), output: result.mutableView.floats,
        bias: hasBias ? bias.view.floats : nil, isa: isa
      ).run()
      withExtendedLifetime((a, b, bias)) {}
      return result
    }

    func tensors(seed: UInt32) throws -> (Tensor, Tensor, Tensor) {
      (
        try Formula.tensor([stack] + (transposeA ? [depth, rows] : [rows, depth]), seed: seed),
        try Formula.tensor([stack] + (transposeB ? [columns, depth] : [depth, columns]), seed: seed + 1),
        try Formula.tensor([columns], seed: seed + 2)
      )
    }

    func reference(_ a: Tensor, _ b: Tensor, _ bias: Tensor) throws -> Tensor {
      let x = try a.floats(), y = try b.floats(), added = try bias.floats()
      var values: [Float] = []
      for s in 0..<stack {
        for i in 0..<rows {
          for j in 0..<columns {
            var sum = hasBias ? Double(added[j]) : 0
            for p in 0..<depth {
              let left = x[s * rows * depth + (transposeA ? p * rows + i : i * depth + p)]
              sum += Double(left) * Double(y[s * depth * columns + (transposeB ? j * depth + p : p * columns + j)])
            }
            values.append(Float(sum))
          }
        }
      }
      return try Tensor(values, shape: [stack, rows, columns])
    }
  }

  @Test func everyTierAgreesWithTheDefinition() throws {
    var draw = SeededGenerator(seed: 80)
    let sizes = [1, 1, 2, 3, 4, 5, 6, 7, 8, 11, 13, 14, 15, 16, 17, 27, 29, 31, 32, 33, 43, 64, 65, 100, 129]
    for number in 0..<200 {
      let shape = Shape(
        stack: draw.int(1...2), rows: draw.one(of: sizes), columns: draw.one(of: sizes + [300, 1000]),
        depth: draw.one(of: sizes + [0, 256, 257, 383, 385, 800]), transposeA: draw.int(0...1) == 0,
        transposeB: draw.int(0...1) == 0, hasBias: draw.int(0...2) == 0)
      let (a, b, bias) = try shape.tensors(seed: UInt32(number))
      let expected = try shape.reference(a, b, bias)
      for isa in [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
        let result = try shape.run(a, b, bias, isa: isa)
        try expectClose(result, expected, .accumulated, "\(String(cString: vk_isa_name(isa))) \(shape)")
      }
    }
  }

  @Test func threadsDoNotChangeBits() throws {
    for (rows, columns, depth, transposeB) in [
      (300, 700, 500, false), (700, 90, 500, true), (1, 3000, 900, true), (1, 3000, 900, false), (3000, 1, 900, false),
    ] {
      let shape = Shape(stack: 1, rows: rows, columns: columns, depth: depth, transposeB: transposeB)
      let (a, b, bias) = try shape.tensors(seed: 3)
      let several = try shape.run(a, b, bias, isa: KernelISA.current)
      let alone = try OneThread.run { try shape.run(a, b, bias, isa: KernelISA.current) }
      #expect(try several.floats() == alone.floats(), "\(shape)")
    }
  }
}
