import CKernels
import TestSupport
import Testing

/// Each tier of the interpolation kernels against the portable one, over drawn lengths.
@Suite struct InterpolationKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  private func close(_ a: [Float], _ b: [Float]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) <= 2e-6 } }

  @Test(arguments: tiers) func rows(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 31)
    for round in 0..<80 {
      let width = Int.random(in: 1...90, using: &generator), count = Int.random(in: 1...150, using: &generator)
      let taps = Int.random(in: 1...9, using: &generator)
      let row = (0..<width).map { Formula.value($0, seed: UInt32(round)) }
      let indices = (0..<taps * count).map { _ in Int32.random(in: 0..<Int32(width), using: &generator) }
      let weights = (0..<taps * count).map { Formula.value($0, seed: 3) / Float(taps) }
      var got = [Float](repeating: 7, count: max(count, 2 * width)), wanted = got
      vk_pick(VK_ISA_PORTABLE, row, &wanted, indices, count)
      vk_pick(isa, row, &got, indices, count)
      #expect(got == wanted, "pick \(count) of \(width)")
      vk_pick_twice(VK_ISA_PORTABLE, row, &wanted, width)
      vk_pick_twice(isa, row, &got, width)
      #expect(got == wanted, "twice \(width)")
      vk_gather_taps(VK_ISA_PORTABLE, row, &wanted, indices, weights, count, taps)
      vk_gather_taps(isa, row, &got, indices, weights, count, taps)
      #expect(close(got, wanted), "\(taps) taps, \(count) of \(width)")
      row.withUnsafeBufferPointer { source in
        let rows = (0..<taps).map { _ in source.baseAddress.map { $0 + width / 2 } }
        vk_combine_rows(VK_ISA_PORTABLE, rows, weights, taps, &wanted, width - width / 2)
        vk_combine_rows(isa, rows, weights, taps, &got, width - width / 2)
      }
      #expect(close(got, wanted), "\(taps) rows of \(width - width / 2)")
    }
  }

  @Test(arguments: tiers) func grids(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 32)
    for round in 0..<60 {
      var grid = vk_grid(
        channels: Int.random(in: 1...3, using: &generator), in_h: Int.random(in: 1...20, using: &generator),
        in_w: Int.random(in: 1...20, using: &generator), out_plane: Int.random(in: 1...300, using: &generator),
        linear: round % 3 != 0, align_corners: round % 2 == 0,
        padding: [VK_GRID_ZEROS, VK_GRID_BORDER, VK_GRID_REFLECTION][round / 3 % 3])
      let x = (0..<grid.channels * grid.in_h * grid.in_w).map { Formula.value($0, seed: UInt32(round)) }
      let places = (0..<2 * grid.out_plane).map { Formula.value($0, seed: 77) * 1.9 }
      var got = [Float](repeating: 7, count: grid.channels * grid.out_plane), wanted = got
      vk_grid_sample(VK_ISA_PORTABLE, x, places, &wanted, &grid, 0, grid.out_plane)
      vk_grid_sample(isa, x, places, &got, &grid, 0, grid.out_plane)
      // Places differ by their rounding (fused or not), and values by that times the slope.
      #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= 2e-5 }, "\(grid)")
    }
  }
}
