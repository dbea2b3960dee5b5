import CKernels
import TestSupport
import Testing

/// Convolutions whose channels come in thirty-twos: AMX reads them from bands of the input.
extension EngineRoundedTests {
  @Test(arguments: tiers) func bands(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 75)
    for round in 0..<60 {
      var window = TestWindow(&g, kernel: 1...4, size: 1...12)
      if round % 3 == 0 {
        (window.kernel, window.dilation, window.pad, window.size) = ((3, 3), (1, 1), (1, 1), (7, 7))
        window.stride = round % 2 == 0 ? (1, 1) : (2, 2)
      } else if round % 7 == 1 {
        (window.kernel, window.stride, window.pad) = ((1, 1), (2, 2), (0, 0))
      } else if round % 7 == 2 {
        (window.size, window.kernel, window.dilation, window.pad) = ((3, 3), (3, 3), (1, 1), (0, 0))
      }
      guard window.fits else { continue }
      // Up to chains of more than 256 pairs, whose sums wait.
      let groups = round % 5 == 1 ? 2 : 1, inC = 32 * g.int(1...(round % 4 == 0 ? 18 : 4))
      expectConvolution(isa, window, groups: groups, n: g.int(1...3), inC, 2 * g.int(1...50), round, &g)
    }
  }

  /// What is no number reaches the outputs that see it, and no others.
  @Test(arguments: tiers, [24, 64]) func noNumbersStayWhereTheyAre(_ isa: vk_isa, _ channels: Int) {
    let size = 9, outC = 34, taps = 9
    let input = TestMap(1, size, size, channels, seed: 1), out = TestMap(1, size, size, outC, seed: 2)
    input.floats.base[(4 * size + 6) * channels + channels - 1] = .nan
    let halves = Halves(input.floats), weights = TestFloats(outC * channels * taps, seed: 3)
    var plan = vk_conv_weights(
      groups: 1, out_channels: outC, in_channels: channels, kernel_h: 3, kernel_w: 3, data: weights.base,
      group_stride: 0, out_stride: channels * taps, in_stride: taps, y_stride: 3, x_stride: 1, scale: nil)
    let packed = TestFloats(vk_bf16_conv_packed_count(isa, &plan))
    vk_bf16_conv_pack_run(isa, &plan, packed.base, 0, vk_conv_pack_tiles(isa, &plan))
    let conv = vk_conv(
      batch: 1, in_h: size, in_w: size, out_h: size, out_w: size, groups: 1, in_channels: channels, out_channels: outC,
      kernel_h: 3, kernel_w: 3, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1, pad_top: 1, pad_left: 1,
      in: halves.map(input), out: out.map, weights: packed.base,
      epilogue: vk_epilogue(bias: nil, residual: vk_map(), activation: VK_ACTIVATION_RELU, a: 0, b: 0), ahead: nil,
      ahead_bytes: 0)
    var work = vk_bf16_conv(conv: conv, rounded_out: false, rounded_residual: false)
    let space = TestFloats(vk_bf16_conv_workspace(isa, &work))
    vk_bf16_conv_run(isa, &work, 0, vk_bf16_conv_tiles(isa, &work), space.base)
    let got = out.copy
    for y in 0..<size {
      for x in 0..<size {
        let sees = abs(y - 4) <= 1 && abs(x - 6) <= 1
        let pixel = got[((y * size + x) * outC)..<((y * size + x + 1) * outC)]
        #expect(pixel.allSatisfy { $0.isNaN == sees }, "pixel \(y), \(x)")
      }
    }
  }
}
