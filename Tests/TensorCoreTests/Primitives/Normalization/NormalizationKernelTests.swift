import CKernels
import TestSupport
import Testing

/// Each tier of the normalisation kernels against the portable one, over drawn lengths.
@Suite struct NormalizationKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  private func close(_ a: [Float], _ b: [Float]) -> Bool {
    zip(a, b).allSatisfy { abs($0 - $1) <= 2e-6 * max(1, abs($1)) }
  }

  @Test(arguments: tiers) func runs(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 21)
    for round in 0..<60 {
      let count = Int.random(in: 1...(round < 50 ? 130 : 6000), using: &generator)
      let x = (0..<count).map { Formula.value($0, seed: UInt32(round)) + 10 }
      let weight = (0..<count).map { Formula.value($0, seed: 1) }, bias = (0..<count).map { Formula.value($0, seed: 2) }
      var got = [Float](repeating: 7, count: count), wanted = [Float](repeating: 8, count: count)
      vk_scale_shift(VK_ISA_PORTABLE, x, &wanted, count, 9, 0.7, -3)
      vk_scale_shift(isa, x, &got, count, 9, 0.7, -3)
      #expect(close(got, wanted), "scale and shift of \(count)")
      for (w, b) in [(weight, bias), (nil, bias), (weight, nil), (nil, nil)] as [([Float]?, [Float]?)] {
        vk_scale_shift_each(VK_ISA_PORTABLE, x, &wanted, count, 9.5, 1.25, 0.01, w, b)
        vk_scale_shift_each(isa, x, &got, count, 9.5, 1.25, 0.01, w, b)
        #expect(close(got, wanted), "scale and shift each of \(count), weight \(w != nil), bias \(b != nil)")
      }
      // The exact moments, by the definition in double precision.
      let mean = x.reduce(0.0) { $0 + Double($1) } / Double(count)
      let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(count)
      for tier in [VK_ISA_PORTABLE, isa] {
        var m = 0.0, v = 0.0
        vk_moments(tier, x, count, &m, &v)
        #expect(
          abs(m - mean) <= 2e-6 * abs(mean) && abs(v - variance) <= 2e-6 * (variance + 1e-6), "moments of \(count)")
        let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(vk_sum_squares(tier, x, count) - squares) <= 2e-6 * squares, "squares of \(count)")
      }
    }
  }

  @Test(arguments: tiers) func channels(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 22)
    for round in 0..<60 {
      let channels = Int.random(in: 1...9, using: &generator), plane = Int.random(in: 1...100, using: &generator)
      let begin = Int.random(in: 0..<plane, using: &generator), size = Int.random(in: 1...7, using: &generator)
      let x = (0..<channels * plane).map { Formula.value($0, seed: UInt32(round)) }
      var got = [Float](repeating: 7, count: x.count), wanted = got, work = [Float](repeating: 3, count: plane)
      let beta: Float = round % 2 == 0 ? 0.75 : 0.6
      vk_local_response(
        VK_ISA_PORTABLE, x, &wanted, channels, plane, begin, plane, size, 0.5, beta, 1, &work)
      vk_local_response(isa, x, &got, channels, plane, begin, plane, size, 0.5, beta, 1, &work)
      #expect(close(got, wanted), "local response \(channels) x \(plane) from \(begin), size \(size), beta \(beta)")
      vk_l2_normalize(VK_ISA_PORTABLE, x, &wanted, channels, plane, 1e-12, &work)
      vk_l2_normalize(isa, x, &got, channels, plane, 1e-12, &work)
      #expect(close(got, wanted), "l2 \(channels) x \(plane)")
    }
  }
}
