import CKernels
import Support
import TensorCore
import TestSupport
import Testing

@Suite struct TransposeTests {
  @Test func turnsAMatrix() throws {
    let x = try Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3])
    #expect(try x.transpose(0, 1).floats() == [1, 4, 2, 5, 3, 6])
    #expect(try x.permute([-1, 0]).shape == [3, 2])
    #expect(try x.permute([0, 1]).view.pointer == x.view.pointer)
    #expect(try x.reshape([2, 1, 3]).permute([1, 0, 2]).view.pointer == x.view.pointer)
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "permute", "1 axes given, the tensor has 2 (shapes [2, 3], [0])")) {
      try Tensor.zeros([2, 3]).permute([0])
    }
    #expect(throws: ShapeError(.argument, "permute", "axis -2 is given twice in [0, -2] (shapes [2, 3])")) {
      try Tensor.zeros([2, 3]).permute([0, -2])
    }
    #expect(throws: ShapeError(.argument, "transpose", "axis 2 is out of range for shape [2, 3]")) {
      try Tensor.zeros([2, 3]).transpose(0, 2)
    }
  }

  /// Every tier against index arithmetic, on seeded shapes and axis orders, for every element size.
  @Test(arguments: [1, 2, 4, 8])
  func everyTierMovesEveryElement(size: Int) throws {
    var random = SplitMix(state: UInt64(size))
    for _ in 0..<60 {
      let rank = Int(random.next() % 4) + 1
      let shape = (0..<rank).map { _ in [1, 2, 3, 5, 16, 17, 33, 70][Int(random.next() % 8)] }
      guard shape.reduce(1, *) < 60_000 else { continue }
      let axes = (0..<rank).map { (random.next(), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
      let count = shape.reduce(1, *)
      let source = (0..<count * size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      let strides = Strides.rowMajor(shape), sizes = axes.map { shape[$0] }
      var expected: [UInt8] = []
      for index in 0..<count {
        var rest = index, from = 0
        for position in sizes.indices.reversed() {
          from += rest % sizes[position] * strides[axes[position]]
          rest /= sizes[position]
        }
        expected += source[from * size..<(from + 1) * size]
      }
      let copy = StridedCopy(
        sizes: sizes, sourceStrides: axes.map { strides[$0] }, targetStrides: Strides.rowMajor(sizes))
      for isa in [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512] where isa.rawValue <= vk_isa_detect().rawValue {
        var target = [UInt8](repeating: 0, count: count * size)
        target.withUnsafeMutableBytes { to in
          source.withUnsafeBytes { from in
            guard let source = from.baseAddress, let target = to.baseAddress else { return }
            copy.run(elementSize: size, from: source, to: target, isa: isa)
          }
        }
        let same = target == expected  // apart, since a failure would print both arrays
        #expect(same, "\(String(cString: vk_isa_name(isa))) size \(size) shape \(shape) axes \(axes)")
      }
    }
  }

  /// A tensor large enough to be cut over the threads.
  @Test func largeTransposesAreWhole() throws {
    let shape = [3, 517, 1031]
    let x = try Formula.tensor(shape, seed: 3)
    let turned = try x.permute([0, 2, 1]).floats(), values = try x.floats()
    for c in 0..<3 {
      for i in stride(from: 0, to: 517, by: 7) {
        for j in 0..<1031 where turned[(c * 1031 + j) * 517 + i] != values[(c * 517 + i) * 1031 + j] {
          Issue.record("element \(c), \(i), \(j)")
          return
        }
      }
    }
    #expect(try x.permute([0, 2, 1]).permute([0, 2, 1]).floats() == values)
  }
}

private struct SplitMix {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
