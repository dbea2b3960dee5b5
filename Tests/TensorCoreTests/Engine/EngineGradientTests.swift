import CKernels
import TestSupport
import Testing

/// Every tier of the convolutions' gradients by their weights, and of packing, against sums in double precision.
@Suite struct EngineGradientTests {
  private struct Drawn {
    let n: Int, groups: Int, inC: Int, outC: Int
    let window: TestWindow
    let input: TestMap, upstream: TestMap, out: TestFloats

    init(_ n: Int, _ groups: Int, _ inC: Int, _ outC: Int, _ window: TestWindow, round: Int) {
      (self.n, self.groups, self.inC, self.outC, self.window) = (n, groups, inC, outC, window)
      let size = window.size
      input = TestMap(n, size.h, size.w, groups * inC, pixel: groups * inC + round % 3, seed: round)
      upstream = TestMap(
        n, window.out.h, window.out.w, groups * outC, pixel: groups * outC + round % 4, seed: round + 1)
      out = TestFloats(groups * outC * inC * window.kernel.h * window.kernel.w + 1)
    }

    var kernel: vk_weight_gradient {
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      return vk_weight_gradient(
        batch: n, in_h: input.h, in_w: input.w, out_h: upstream.h, out_w: upstream.w, groups: groups,
        in_channels: inC, out_channels: outC, kernel_h: k.h, kernel_w: k.w, stride_h: s.h, stride_w: s.w,
        dilation_h: d.h, dilation_w: d.w, pad_top: p.h, pad_left: p.w, in: input.map, upstream: upstream.map,
        out: out.base)
    }

    /// The largest difference to the sum over pixels; infinite where more was written than the gradient.
    var distance: Double {
      var worst = 0.0
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      for o in 0..<groups * outC {
        for c in 0..<inC {
          for i in 0..<k.h {
            for j in 0..<k.w {
              var sum = 0.0
              for image in 0..<n {
                for y in 0..<upstream.h {
                  for x in 0..<upstream.w {
                    sum +=
                      input[image, y * s.h + i * d.h - p.h, x * s.w + j * d.w - p.w, o / outC * inC + c]
                      * upstream[image, y, x, o]
                  }
                }
              }
              let difference = abs(sum - Double(out.base[((o * inC + c) * k.h + i) * k.w + j]))
              if !(difference <= worst) { worst = difference.isNaN ? .infinity : difference }
            }
          }
        }
      }
      return out.base[out.count - 1] == 77 ? worst : .infinity
    }
  }

  @Test(arguments: everyTier) func byWeights(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 61)
    for round in 0..<70 {
      var window = TestWindow(&g, size: 1...9)
      if round % 4 == 0 {
        (window.kernel, window.stride, window.dilation, window.pad) = ((1, 1), (1, 1), (1, 1), (0, 0))
      }
      if !window.fits { continue }
      let drawn = Drawn(
        g.int(1...3), round % 5 == 1 ? 3 : 1, g.int(1...(round % 10 == 8 ? 90 : 20)), g.int(1...40), window,
        round: round)
      var kernel = drawn.kernel
      let shared = TestFloats(vk_weight_gradient_shared(isa, &kernel))
      let workspace = TestFloats(vk_weight_gradient_workspace(isa, &kernel))
      for phase in 0..<2 {
        for tile in (0..<vk_weight_gradient_tiles(isa, &kernel, phase)).reversed() {
          vk_weight_gradient_run(isa, &kernel, phase, tile, tile + 1, shared.base, workspace.base)
        }
      }
      #expect(
        drawn.distance < 2e-5, "\(drawn.n) images, \(drawn.groups) x \(drawn.inC) -> \(drawn.outC) channels, \(window)")
    }
  }

  @Test(arguments: everyTier) func byWeightsThroughWinograd(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 62)
    for round in 0..<30 {
      var window = TestWindow(&g, kernel: 3...3, size: 1...17)
      (window.stride, window.dilation) = ((1, 1), (1, 1))
      if !window.fits { continue }
      let drawn = Drawn(g.int(1...3), 1, g.int(1...50), g.int(1...40), window, round: round)
      var kernel = drawn.kernel
      let shared = TestFloats(vk_winograd_gradient_shared(isa, &kernel))
      for phase in 0..<vk_winograd_gradient_phases(isa, &kernel) {
        for tile in (0..<vk_winograd_gradient_tiles(isa, &kernel, phase)).reversed() {
          vk_winograd_gradient_run(isa, &kernel, phase, tile, tile + 1, shared.base)
        }
      }
      #expect(drawn.distance < 1e-4, "\(drawn.n) images, \(drawn.inC) -> \(drawn.outC) channels, \(window)")
    }
  }

  /// Transformed values are rounded to bf16: sums of n products of numbers up to 1 come out within 0.05 times the root of n, about
  /// a seventh of their usual size, and the same however tiles are dealt out.
  @Test(arguments: EngineRoundedTests.tiers) func byWeightsThroughRoundedWinograd(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 65)
    for round in 0..<30 {
      var window = TestWindow(&g, kernel: 3...3, size: 1...17)
      (window.stride, window.dilation) = ((1, 1), (1, 1))
      if !window.fits { continue }
      let drawn = Drawn(g.int(1...9), 1, g.int(1...50), g.int(1...40), window, round: round)
      var kernel = drawn.kernel
      func run(apart: Bool) -> [Float] {
        let shared = TestFloats(vk_bf16_winograd_gradient_shared(isa, &kernel))
        for phase in 0..<vk_bf16_winograd_gradient_phases(isa, &kernel) {
          let tiles = vk_bf16_winograd_gradient_tiles(isa, &kernel, phase)
          if !apart { vk_bf16_winograd_gradient_run(isa, &kernel, phase, 0, tiles, shared.base) }
          for tile in (0..<(apart ? tiles : 0)).reversed() {
            vk_bf16_winograd_gradient_run(isa, &kernel, phase, tile, tile + 1, shared.base)
          }
        }
        return (0..<drawn.out.count).map { drawn.out.base[$0] }
      }
      let whole = run(apart: false)
      #expect(run(apart: true) == whole)
      let pixels = Double(drawn.n * drawn.upstream.h * drawn.upstream.w)
      #expect(
        drawn.distance < 0.05 * pixels.squareRoot(),
        "\(drawn.n) images, \(drawn.inC) -> \(drawn.outC) channels, \(window)")
    }
  }

  @Test(arguments: everyTier) func byDepthwiseWeights(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 63)
    for round in 0..<60 {
      let window = TestWindow(&g, kernel: 1...9, size: 1...14)
      if !window.fits { continue }
      let drawn = Drawn(g.int(1...3), g.int(1...70), 1, 1, window, round: round)
      var kernel = drawn.kernel
      let shared = TestFloats(vk_channelwise_gradient_shared(&kernel))
      for phase in 0..<2 {
        for tile in (0..<vk_channelwise_gradient_tiles(&kernel, phase)).reversed() {
          vk_channelwise_gradient_run(isa, &kernel, phase, tile, tile + 1, shared.base)
        }
      }
      #expect(drawn.distance < 2e-5, "\(drawn.n) images, \(drawn.groups) channels, \(window)")
    }
  }

  /// Plain, turned round and taken apart, as gradients and phases need them; Winograd's against the one in double precision.
  @Test(arguments: everyTier) func packing(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 64)
    for round in 0..<60 {
      let k = (h: round % 3 == 0 ? 3 : g.int(1...5), w: round % 3 == 0 ? 3 : g.int(1...5)), taps = k.h * k.w
      let outC = g.int(1...70), inC = g.int(1...70), groups = round % 4 == 1 ? 2 : 1
      let values = TestFloats(groups * outC * inC * taps, seed: round), scale = TestFloats(groups * outC, seed: 2)
      var w = vk_conv_weights(
        groups: groups, out_channels: outC, in_channels: inC, kernel_h: k.h, kernel_w: k.w, data: values.base,
        group_stride: outC * inC * taps, out_stride: inC * taps, in_stride: taps, y_stride: k.w, x_stride: 1,
        scale: round % 2 == 0 ? UnsafePointer(scale.base) : nil)
      if round % 5 > 1 {
        (w.out_stride, w.in_stride) = (taps, outC * taps)
        w.data = UnsafePointer(values.base + taps - 1)
        (w.y_stride, w.x_stride) = (-k.w, -1)
      }
      let count = vk_conv_packed_count(isa, &w), packed = TestFloats(count)
      for tile in (0..<vk_conv_pack_tiles(isa, &w)).reversed() {
        vk_conv_pack_run(isa, &w, packed.base, tile, tile + 1)
      }
      let most = isa == VK_ISA_AVX512 ? 32 : 16
      var at = 0, equal = true
      for group in 0..<groups {
        for first in stride(from: 0, to: outC, by: most) {
          let width = outC - first <= 16 ? 16 : most
          for y in 0..<k.h {
            for x in 0..<k.w {
              for c in 0..<inC {
                for o in first..<first + width {
                  let place =
                    group * w.group_stride + o * w.out_stride + c * w.in_stride + y * w.y_stride + x * w.x_stride
                  let factor = w.scale == nil ? 1 : o < outC ? scale.base[group * outC + o] : 0
                  let wanted = o < outC ? (w.data.map { $0[place] } ?? 0) * factor : 0
                  equal = equal && packed.base[at] == wanted
                  at += 1
                }
              }
            }
          }
        }
      }
      #expect(equal && at == count, "\(groups) x \(inC) -> \(outC) channels, kernel \(k), round \(round)")
      guard k == (3, 3), groups == 1 else { continue }
      let size = vk_winograd_packed_count(isa, 4, &w), exact = TestFloats(size), quick = TestFloats(size)
      vk_winograd_pack(isa, 4, &w, exact.base)
      for (isExact, tolerance) in [(false, Float(5e-7)), (true, 6e-8)] {
        for tile in (0..<vk_winograd_pack_tiles(isa, 4, &w)).reversed() {
          vk_winograd_pack_run(isa, 4, isExact, &w, quick.base, tile, tile + 1)
        }
        #expect(
          (0..<size).allSatisfy { abs(exact.base[$0] - quick.base[$0]) < tolerance }, "\(inC) -> \(outC), \(isExact)")
      }
    }
  }
}
