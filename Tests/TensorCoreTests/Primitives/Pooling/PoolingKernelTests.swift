import CKernels
import TestSupport
import Testing

/// Each tier of the pooling kernels against the portable one, over drawn shapes.
@Suite struct PoolingKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  /// A window that fits planes of drawn sizes.
  private func window(_ generator: inout SeededGenerator, dense: Bool) -> vk_pool {
    func side() -> (size: Int, out: Int, kernel: Int, stride: Int, dilation: Int, pad: Int) {
      let kernel = Int.random(in: 1...(dense ? 15 : 5), using: &generator)
      let stride = dense ? 1 : Int.random(in: 1...4, using: &generator)
      let dilation = dense || kernel == 1 ? 1 : Int.random(in: 1...2, using: &generator)
      let reach = dilation * (kernel - 1) + 1, pad = Int.random(in: 0...kernel / 2, using: &generator)
      let size = reach + Int.random(in: 0...70, using: &generator)
      return (size, (size + 2 * pad - reach) / stride + 1, kernel, stride, dilation, pad)
    }
    let v = side(), h = side()
    return vk_pool(
      in_h: v.size, in_w: h.size, out_h: v.out, out_w: h.out, kernel_h: v.kernel, kernel_w: h.kernel,
      stride_h: v.stride,
      stride_w: h.stride, dilation_h: v.dilation, dilation_w: h.dilation, pad_top: v.pad, pad_left: h.pad)
  }

  private func input(_ count: Int, _ seed: Int) -> [Float] {
    (0..<count).map { $0 % 97 == 41 ? .nan : Formula.value($0, seed: UInt32(seed)) }
  }

  @Test(arguments: tiers) func maxima(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 11)
    for round in 0..<60 {
      var pool = window(&generator, dense: round % 2 == 0)
      let dense = pool.stride_h == 1 && pool.stride_w == 1 && pool.dilation_h == 1 && pool.dilation_w == 1
      let source = input(2 * pool.in_h * pool.in_w, round), count = 2 * pool.out_h * pool.out_w
      var wanted = [Float](repeating: 7, count: count), got = wanted, positions = [Int64](repeating: -1, count: count)
      var wantedPositions = positions
      let size = max(vk_pool_workspace(&pool), vk_max_pool_dense_workspace(&pool))
      var work = [Float](repeating: 3, count: size)
      vk_max_pool(VK_ISA_PORTABLE, source, &wanted, &pool, 0, 2 * pool.out_h, &work)
      vk_max_pool(isa, source, &got, &pool, 0, 2 * pool.out_h, &work)
      #expect(same(got, wanted), "\(pool)")
      if dense {
        for tier in [VK_ISA_PORTABLE, isa] {
          got = [Float](repeating: 7, count: count)
          vk_max_pool_dense(tier, source, &got, &pool, 0, 2, &work)
          #expect(same(got, wanted), "dense \(tier) \(pool)")
        }
      }
      vk_max_pool_indices(VK_ISA_PORTABLE, source, &got, &wantedPositions, &pool, 0, 2 * pool.out_h)
      #expect(same(got, wanted), "indices \(pool)")
      vk_max_pool_indices(isa, source, &got, &positions, &pool, 0, 2 * pool.out_h)
      #expect(same(got, wanted) && positions == wantedPositions, "indices \(pool)")
    }
  }

  @Test(arguments: tiers) func means(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 12)
    for round in 0..<40 {
      var pool = window(&generator, dense: round % 4 == 0)
      (pool.dilation_h, pool.dilation_w) = (1, 1)
      let plane = pool.in_h * pool.in_w, count = 2 * pool.out_h * pool.out_w
      let source = (0..<2 * plane).map { Formula.value($0, seed: UInt32(round)) }
      let rows = (0..<pool.out_h).map { Float($0 + 1) }, columns = (0..<pool.out_w).map { Float($0 + 2) }
      var wanted = [Float](repeating: 7, count: count), got = wanted
      var work = [Float](repeating: 3, count: vk_pool_workspace(&pool))
      vk_average_pool(VK_ISA_PORTABLE, source, &wanted, &pool, rows, columns, 0, 2 * pool.out_h, &work)
      vk_average_pool(isa, source, &got, &pool, rows, columns, 0, 2 * pool.out_h, &work)
      #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= 1e-6 }, "\(pool)")
      for kernel in [vk_adaptive_average_pool, vk_adaptive_max_pool] {
        kernel(
          VK_ISA_PORTABLE, source, &wanted, pool.in_h, pool.in_w, pool.out_h, pool.out_w, 0, 2 * pool.out_h, &work)
        kernel(isa, source, &got, pool.in_h, pool.in_w, pool.out_h, pool.out_w, 0, 2 * pool.out_h, &work)
        #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= 1e-6 }, "adaptive \(pool)")
      }
      var means: [Float] = [0, 0], wantedMeans: [Float] = [1, 1]
      vk_plane_means(VK_ISA_PORTABLE, source, &wantedMeans, 2, plane)
      vk_plane_means(isa, source, &means, 2, plane)
      #expect(zip(means, wantedMeans).allSatisfy { abs($0 - $1) <= 1e-6 }, "means of \(plane)")
    }
  }

  private func same(_ a: [Float], _ b: [Float]) -> Bool {
    zip(a, b).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }
  }
}
