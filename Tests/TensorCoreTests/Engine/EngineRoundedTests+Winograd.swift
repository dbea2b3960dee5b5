import CKernels
import TestSupport
import Testing

/// Winograd's way with bf16 factors, which rounds transformed values: within a few hundredths of an output's size, 1% in the mean.
extension EngineRoundedTests {
  @Test(arguments: tiers) func winograd(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 78)
    for round in 0..<80 {
      var window = TestWindow(&g, size: 1...(round % 6 == 0 ? 60 : 16))
      (window.kernel, window.stride) = ((3, 3), (1, 1))
      if round % 3 > 0 { window.dilation = (1, 1) }
      window.dilation.w = window.dilation.h
      guard window.fits else { continue }
      let n = g.int(1...3), inC = 2 * g.int(1...(round % 8 == 7 ? 300 : 30)), outC = g.int(1...70), depth = inC * 9
      let isRounded = (input: round % 2 == 0, out: round % 4 < 2, residual: round % 5 < 3)
      let input = TestMap(n, window.size.h, window.size.w, inC, pixel: inC + 2 * (round % 3), seed: round)
      let out = TestMap(n, window.out.h, window.out.w, outC, pixel: outC + round % 4, seed: 2), before = out.copy
      let residual = TestMap(n, window.out.h, window.out.w, outC, seed: 3), bias = TestFloats(outC, seed: 4)
      let weights = TestFloats(outC * depth, seed: 6, scale: 1 / Float(depth).squareRoot())
      let halves = (input: Halves(input.floats), residual: Halves(residual.floats))
      var plan = vk_conv_weights(
        groups: 1, out_channels: outC, in_channels: inC, kernel_h: 3, kernel_w: 3, data: weights.base,
        group_stride: 0, out_stride: depth, in_stride: 9, y_stride: 3, x_stride: 1, scale: nil)
      var epilogue = drawEpilogue(&g, bias: bias, residual: residual, out: residual)
      let packed = TestFloats(vk_conv_packed_count(VK_ISA_PORTABLE, &plan))
      vk_conv_pack(VK_ISA_PORTABLE, &plan, packed.base)
      var conv = vk_conv(
        batch: n, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w, groups: 1, in_channels: inC,
        out_channels: outC, kernel_h: 3, kernel_w: 3, stride_h: 1, stride_w: 1, dilation_h: window.dilation.h,
        dilation_w: window.dilation.w, pad_top: window.pad.h, pad_left: window.pad.w, in: input.map, out: out.map,
        weights: packed.base, epilogue: epilogue, ahead: nil, ahead_bytes: 0)
      let space = TestFloats(vk_conv_workspace(VK_ISA_PORTABLE, &conv))
      vk_conv_run(VK_ISA_PORTABLE, &conv, 0, vk_conv_tiles(VK_ISA_PORTABLE, &conv), space.base)
      let expected = out.copy

      for (i, value) in before.enumerated() { out.floats.base[i] = value }
      let halfOut = Halves(out.floats), beside = out.copy
      if isRounded.residual, epilogue.residual.data != nil { epilogue.residual = halves.residual.map(residual) }
      let narrow = TestFloats(vk_bf16_winograd_packed_count(isa, &plan))
      for tile in (0..<vk_bf16_winograd_pack_tiles(isa, &plan)).reversed() {
        vk_bf16_winograd_pack_run(isa, &plan, narrow.base, tile, tile + 1)
      }
      var work = vk_bf16_winograd(
        winograd: vk_winograd(
          side: 4, batch: n, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w, in_channels: inC,
          out_channels: outC, dilation: window.dilation.h, pad_top: window.pad.h, pad_left: window.pad.w,
          in: isRounded.input ? halves.input.map(input) : input.map, out: isRounded.out ? halfOut.map(out) : out.map,
          weights: narrow.base, late: false, epilogue: epilogue),
        rounded_in: isRounded.input, rounded_out: isRounded.out, rounded_residual: isRounded.residual)
      let shared = TestFloats(vk_bf16_winograd_shared(isa, &work))
      let workspace = TestFloats(vk_bf16_winograd_workspace(isa, &work))
      for phase in 0..<vk_bf16_winograd_phases(isa, &work) {
        for tile in (0..<vk_bf16_winograd_tiles(isa, &work, phase)).reversed() {
          vk_bf16_winograd_run(isa, &work, phase, tile, tile + 1, shared.base, workspace.base)
        }
      }
      let got = isRounded.out ? halfOut.floats : out.copy
      var squares = 0.0, worst = 0.0, count = 0.0
      for i in got.indices {
        guard i % out.pixel < outC else {
          #expect(got[i] == beside[i], "beside the channels")
          continue
        }
        let difference = Double(abs(got[i] - expected[i]))
        worst = difference.isNaN ? .infinity : max(worst, difference)
        (squares, count) = (squares + difference * difference, count + 1)
      }
      #expect(
        worst < 0.06 && (squares / count).squareRoot() < 0.012,
        "\(n) images, \(inC) -> \(outC), \(window), \(epilogue.activation): \(worst), \((squares / count).squareRoot())"
      )
    }
  }
}
