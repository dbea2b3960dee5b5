import CKernels
import TestSupport
import Testing

/// Each tier of the kernels over regions against the portable one, over drawn shapes.
@Suite struct RegionKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  @Test(arguments: tiers) func regions(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 21)
    for round in 0..<120 {
      let bins = (generator.int(1...9), generator.int(1...20))
      var how = vk_regions(
        channels: bins.0 * bins.1, in_h: generator.int(1...40), in_w: generator.int(1...60), out_h: bins.0,
        out_w: bins.1, scale: generator.one(of: [1, 0.5, 0.25]), sampling: generator.int(0...3),
        half_pixel: round % 2 == 0)
      let source = (0..<how.channels * how.in_h * how.in_w).map { Formula.value($0, seed: UInt32(round)) }
      func side(_ size: Int) -> (Float, Float) {
        let ends = (0..<2).map { _ in Float.random(in: -0.4...1.4, using: &generator) * Float(size) / how.scale }
        return (ends.min() ?? 0, ends.max() ?? 0)
      }
      let x = side(how.in_w), y = side(how.in_h), box: [Float] = [0, x.0, y.0, x.1, y.1]
      let room = vk_roi_align_weight_count(&how, box), size = vk_regions_plan_count(&how)
      // A guard behind each buffer shows what is written too far.
      var plan = [Int32](repeating: 77, count: size + 1), weights = [Float](repeating: 77, count: room + 1)
      var work = [Float](repeating: 77, count: vk_regions_workspace(&how) + 1)
      let count = how.channels * bins.0 * bins.1
      var wanted = [Float](repeating: 77, count: count + 1), got = wanted
      func compare(_ what: String, exact: Bool, _ run: (vk_isa, inout [Float]) -> Void) {
        run(VK_ISA_PORTABLE, &wanted)
        run(isa, &got)
        #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= (exact ? 0 : 1e-6) }, "\(what) \(how) \(box)")
        #expect(
          plan[size] == 77 && weights[room] == 77 && work[work.count - 1] == 77 && got[count] == 77,
          "\(what) writes too far: \(how) \(box)")
      }
      source.withUnsafeBufferPointer { source in
        guard let base = source.baseAddress else { return }
        let end = base + source.count
        vk_roi_align_plan(&how, 1, box, &plan, &weights, room)
        compare("align", exact: false) {
          vk_roi_align($0, &how, base, end, plan, weights, &$1, 0, how.channels, &work)
        }
        compare("position-sensitive align", exact: false) {
          vk_ps_roi($0, &how, base, plan, weights, &$1, 0, 1)
        }
        vk_roi_pool_plan(&how, 1, box, &plan)
        compare("pool", exact: true) { vk_roi_pool($0, &how, base, end, plan, &$1, 0, how.channels, &work) }
        vk_ps_roi_pool_plan(&how, 1, box, &plan)
        compare("position-sensitive pool", exact: false) { vk_ps_roi($0, &how, base, plan, nil, &$1, 0, 1) }
      }
    }
  }

  @Test(arguments: tiers) func deformableColumns(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 22)
    for round in 0..<60 {
      let kernel = (generator.int(1...3), generator.int(1...3)), plane = (generator.int(1...20), generator.int(1...20))
      var how = vk_deformable(
        in_h: generator.int(1...20), in_w: generator.int(1...20), out_h: plane.0, out_w: plane.1, kernel_h: kernel.0,
        kernel_w: kernel.1, stride_h: generator.int(1...2), stride_w: generator.int(1...2),
        dilation_h: generator.int(1...2), dilation_w: 1, pad_h: generator.int(0...2), pad_w: 1)
      let pixels = plane.0 * plane.1, begin = generator.int(0...pixels / 2), count = pixels - begin
      func values(_ count: Int, _ seed: Int, _ scale: Float) -> [Float] {
        (0..<count).map { scale * Formula.value($0, seed: UInt32(seed)) }
      }
      let source = values(3 * how.in_h * how.in_w, round, 1), mask = values(pixels, round + 300, 1)
      let dy = values(pixels, round + 100, 4), dx = values(pixels, round + 200, 4)
      var wanted = [Float](repeating: 7, count: 3 * count + 1), got = wanted
      let tap = generator.int(0...kernel.0 * kernel.1 - 1)
      for (tier, isGot) in [(VK_ISA_PORTABLE, false), (isa, true)] {
        var out = wanted
        vk_deformable_columns(tier, &how, source, 3, tap, dy, dx, mask, &out, count, begin, pixels)
        if isGot { got = out } else { wanted = out }
      }
      #expect(zip(got, wanted).allSatisfy { abs($0 - $1) <= 1e-6 } && got[3 * count] == 7, "\(how) tap \(tap)")
    }
  }
}
