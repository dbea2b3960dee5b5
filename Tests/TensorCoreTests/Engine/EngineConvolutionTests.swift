import CKernels
import TestSupport
import Testing

/// Every tier of the engine's convolutions against sums in double precision, over drawn shapes.
@Suite struct EngineConvolutionTests {
  private static func packed(_ isa: vk_isa, _ w: vk_conv_weights) -> TestFloats {
    var w = w
    let packed = TestFloats(vk_conv_packed_count(isa, &w))
    vk_conv_pack(isa, &w, packed.base)
    return packed
  }

  private static func run(_ isa: vk_isa, _ conv: vk_conv) {
    var conv = conv
    let workspace = TestFloats(vk_conv_workspace(isa, &conv))
    // Backwards: tiles depend on no order.
    for tile in (0..<vk_conv_tiles(isa, &conv)).reversed() {
      vk_conv_run(isa, &conv, tile, tile + 1, workspace.base)
    }
  }

  @Test(arguments: everyTier) func implicitProduct(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 31)
    for round in 0..<120 {
      var window = TestWindow(&g)
      if round % 4 == 0 {
        (window.kernel, window.stride, window.dilation, window.pad) = ((1, 1), (1, 1), (1, 1), (0, 0))
      }
      let groups = round % 5 == 1 ? 3 : 1, n = Int.random(in: 1...3, using: &g)
      var inC = Int.random(in: 1...(round % 10 == 9 ? 600 : 40), using: &g), inPixel = groups * inC + round % 7
      let outC = Int.random(in: 1...80, using: &g)
      // Rows that meet in one set of the first-level cache.
      if round % 12 == 0, groups == 1 { (inC, inPixel) = (387 + round, 512) }
      let input = TestMap(n, window.size.h, window.size.w, groups * inC, pixel: inPixel, seed: round)
      let outPixel = groups * outC + round % 6
      let out = TestMap(n, window.out.h, window.out.w, groups * outC, pixel: outPixel, seed: 2)
      let residual = TestMap(n, window.out.h, window.out.w, groups * outC, seed: 3)
      let bias = TestFloats(groups * outC, seed: 4), scale = TestFloats(groups * outC, seed: 5)
      let taps = window.kernel.h * window.kernel.w, depth = inC * taps
      let weights = TestFloats(groups * outC * depth, seed: 6, scale: 1 / Float(depth).squareRoot())
      let packed = Self.packed(
        isa,
        vk_conv_weights(
          groups: groups, out_channels: outC, in_channels: inC, kernel_h: window.kernel.h, kernel_w: window.kernel.w,
          data: weights.base, group_stride: outC * depth, out_stride: depth, in_stride: taps,
          y_stride: window.kernel.w, x_stride: 1, scale: scale.base))
      let epilogue = drawEpilogue(&g, bias: bias, residual: residual, out: out), before = out.copy
      Self.run(
        isa,
        vk_conv(
          batch: n, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w, groups: groups, in_channels: inC,
          out_channels: outC, kernel_h: window.kernel.h, kernel_w: window.kernel.w, stride_h: window.stride.h,
          stride_w: window.stride.w, dilation_h: window.dilation.h, dilation_w: window.dilation.w,
          pad_top: window.pad.h, pad_left: window.pad.w, in: input.map, out: out.map, weights: packed.base,
          epilogue: epilogue, ahead: packed.base, ahead_bytes: packed.count * 4))
      let distance = out.distance(from: before) { n, y, x, k in
        var sum = 0.0
        for i in 0..<window.kernel.h {
          for j in 0..<window.kernel.w {
            let yy = y * window.stride.h + i * window.dilation.h - window.pad.h
            let xx = x * window.stride.w + j * window.dilation.w - window.pad.w
            for c in 0..<inC {
              let weight = weights.base[k * depth + c * taps + i * window.kernel.w + j]
              sum += input[n, yy, xx, k / outC * inC + c] * Double(weight)
            }
          }
        }
        sum = sum * Double(scale.base[k]) + (epilogue.bias == nil ? 0 : Double(bias.base[k]))
        return activated(sum + residualValue(epilogue, residual, out, before, (n, y, x, k)), epilogue)
      }
      #expect(distance < 4e-6, "\(n) images, \(groups) x \(inC) -> \(outC) channels, \(window), \(epilogue.activation)")
    }
  }

  /// A transposed convolution is one convolution a phase.
  @Test(arguments: everyTier) func transposed(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 32)
    for round in 0..<60 {
      let window = TestWindow(&g), inC = Int.random(in: 1...20, using: &g), outC = Int.random(in: 1...40, using: &g)
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      let h = Int.random(in: 1...7, using: &g), w = Int.random(in: 1...7, using: &g)
      let outH = (h - 1) * s.h + d.h * (k.h - 1) + 1 - 2 * p.h, outW = (w - 1) * s.w + d.w * (k.w - 1) + 1 - 2 * p.w
      if outH < 1 || outW < 1 { continue }
      let input = TestMap(2, h, w, inC, seed: round), out = TestMap(2, outH, outW, outC, pixel: outC + 3, seed: 2)
      let taps = k.h * k.w, weights = TestFloats(inC * outC * taps, seed: 3, scale: 0.25), before = out.copy
      for phase in 0..<s.h * s.w {
        var conv = vk_conv(
          batch: 2, in_h: h, in_w: w, out_h: outH, out_w: outW, groups: 1, in_channels: inC, out_channels: outC,
          kernel_h: k.h, kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h, dilation_w: d.w, pad_top: p.h,
          pad_left: p.w, in: input.map, out: out.map, weights: nil, epilogue: vk_epilogue(), ahead: nil,
          ahead_bytes: 0)
        var part = vk_conv_weights(
          groups: 1, out_channels: outC, in_channels: inC, kernel_h: k.h, kernel_w: k.w, data: weights.base,
          group_stride: 0, out_stride: taps, in_stride: outC * taps, y_stride: k.w, x_stride: 1, scale: nil)
        guard vk_conv_transposed_phase(&conv, &part, phase / s.w, phase % s.w) else { continue }
        let packed = Self.packed(isa, part)
        conv.weights = UnsafePointer(packed.base)
        Self.run(isa, conv)
      }
      let distance = out.distance(from: before) { n, y, x, channel in
        var sum = 0.0
        for i in 0..<k.h where (y + p.h - i * d.h) % s.h == 0 {
          for j in 0..<k.w where (x + p.w - j * d.w) % s.w == 0 {
            for c in 0..<inC {
              sum +=
                input[n, (y + p.h - i * d.h) / s.h, (x + p.w - j * d.w) / s.w, c]
                * Double(weights.base[(c * outC + channel) * taps + i * k.w + j])
            }
          }
        }
        return sum
      }
      #expect(distance < 1e-5, "\(inC) -> \(outC) channels of \(h) x \(w), \(window)")
    }
  }

  /// So is a depthwise one: a depthwise convolution a phase.
  @Test(arguments: everyTier) func transposedDepthwise(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 36)
    for round in 0..<60 {
      let window = TestWindow(&g, kernel: 1...(round % 2 == 0 ? 3 : 7)), c = Int.random(in: 1...50, using: &g)
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      let h = Int.random(in: 1...12, using: &g), w = Int.random(in: 1...12, using: &g)
      let outH = (h - 1) * s.h + d.h * (k.h - 1) + 1 - 2 * p.h, outW = (w - 1) * s.w + d.w * (k.w - 1) + 1 - 2 * p.w
      if outH < 1 || outW < 1 { continue }
      let input = TestMap(2, h, w, c, seed: round), out = TestMap(2, outH, outW, c, pixel: c + 3, seed: 2)
      let taps = k.h * k.w, weights = TestFloats(c * taps, seed: 3), before = out.copy
      for phase in 0..<s.h * s.w {
        var conv = vk_conv(
          batch: 2, in_h: h, in_w: w, out_h: outH, out_w: outW, groups: c, in_channels: 1, out_channels: 1,
          kernel_h: k.h, kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h, dilation_w: d.w, pad_top: p.h,
          pad_left: p.w, in: input.map, out: out.map, weights: nil, epilogue: vk_epilogue(), ahead: nil,
          ahead_bytes: 0)
        var part = vk_conv_weights(
          groups: c, out_channels: 1, in_channels: 1, kernel_h: k.h, kernel_w: k.w, data: weights.base,
          group_stride: taps, out_stride: taps, in_stride: taps, y_stride: k.w, x_stride: 1, scale: nil)
        guard vk_conv_transposed_phase(&conv, &part, phase / s.w, phase % s.w) else { continue }
        var cut = vk_channelwise_of_phase(&conv, &part)
        let packed = TestFloats(vk_channelwise_packed_count(c, part.kernel_h * part.kernel_w))
        vk_channelwise_pack(&part, packed.base)
        cut.weights = UnsafePointer(packed.base)
        vk_channelwise_run(isa, &cut, 0, vk_channelwise_tiles(isa, &cut))
      }
      let distance = out.distance(from: before) { n, y, x, channel in
        var sum = 0.0
        for i in 0..<k.h where (y + p.h - i * d.h) % s.h == 0 {
          for j in 0..<k.w where (x + p.w - j * d.w) % s.w == 0 {
            sum +=
              input[n, (y + p.h - i * d.h) / s.h, (x + p.w - j * d.w) / s.w, channel]
              * Double(weights.base[channel * taps + i * k.w + j])
          }
        }
        return sum
      }
      #expect(distance < 4e-6, "\(c) channels of \(h) x \(w), \(window)")
    }
  }

  @Test(arguments: everyTier) func planar(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 33)
    for round in 0..<60 {
      var window = TestWindow(&g, kernel: 1...(round % 5 == 0 ? 17 : 7), size: 1...120), n = 1 + round % 2
      // Patches.
      if round % 5 == 0 { (window.stride, window.dilation.w) = ((g.int(4...17), g.int(4...17)), 1) }
      let inC = Int.random(in: 1...4, using: &g), outC = Int.random(in: 1...90, using: &g)
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad),
        plane = window.size.h * window.size.w
      let input = TestFloats(n * inC * plane, seed: round), taps = k.h * k.w, depth = inC * taps
      let out = TestMap(n, window.out.h, window.out.w, outC, pixel: outC + round % 4, seed: 2), before = out.copy
      let bias = TestFloats(outC, seed: 3),
        weights = TestFloats(outC * depth, seed: 4, scale: 1 / Float(depth).squareRoot())
      var wanted = vk_conv_weights(
        groups: 1, out_channels: outC, in_channels: inC, kernel_h: k.h, kernel_w: k.w, data: weights.base,
        group_stride: 0, out_stride: depth, in_stride: taps, y_stride: k.w, x_stride: 1, scale: nil)
      let packed = TestFloats(vk_planar_packed_count(isa, &wanted))
      vk_planar_pack(isa, &wanted, packed.base)
      let epilogue = drawEpilogue(&g, bias: bias, residual: out, out: out)
      var planar = vk_planar(
        batch: n, in_channels: inC, in_h: window.size.h, in_w: window.size.w, out_h: out.h, out_w: out.w,
        out_channels: outC, kernel_h: k.h, kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h,
        dilation_w: d.w, pad_top: p.h, pad_left: p.w, in: input.base, in_row: window.size.w, in_plane: plane,
        in_image: inC * plane, out: out.map, weights: packed.base, epilogue: epilogue)
      let workspace = TestFloats(vk_planar_workspace(isa, &planar))
      for tile in (0..<vk_planar_tiles(isa, &planar)).reversed() {
        vk_planar_run(isa, &planar, tile, tile + 1, workspace.base)
      }
      let distance = out.distance(from: before) { n, y, x, channel in
        var sum = epilogue.bias == nil ? 0 : Double(bias.base[channel])
        for i in 0..<k.h {
          let yy = y * s.h + i * d.h - p.h
          for j in 0..<k.w where yy >= 0 && yy < window.size.h {
            let xx = x * s.w + j * d.w - p.w
            for c in 0..<inC where xx >= 0 && xx < window.size.w {
              let value = input.base[(n * inC + c) * plane + yy * window.size.w + xx]
              sum += Double(value) * Double(weights.base[channel * depth + c * taps + i * k.w + j])
            }
          }
        }
        return activated(sum + residualValue(epilogue, out, out, before, (n, y, x, channel)), epilogue)
      }
      #expect(distance < 4e-6, "\(n) images, \(inC) -> \(outC) channels, \(window)")
    }
  }

  /// Pixels in lanes, with the largest of windows and without, fitting or not.
  @Test(arguments: everyTier) func planarPixels(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 37)
    for round in 0..<60 {
      let shape = TestWindow(&g, kernel: 1...6, size: 1...60), inC = g.int(1...4), outC = g.int(1...20)
      let window =
        round % 3 == 0 ? (h: 1, w: 1) : (h: min(g.int(1...3), shape.out.h), w: min(g.int(1...4), shape.out.w))
      let (k, s, d, p) = (shape.kernel, shape.stride, shape.dilation, shape.pad), n = 1 + round % 2
      let plane = shape.size.h * shape.size.w, taps = k.h * k.w, depth = inC * taps
      let input = TestFloats(n * inC * plane, seed: round), bias = TestFloats(outC, seed: 3)
      let weights = TestFloats(outC * depth, seed: 4, scale: 1 / Float(depth).squareRoot())
      let scale = TestFloats(outC, seed: 5)
      let out = TestMap(
        n, shape.out.h / window.h, shape.out.w / window.w, outC, pixel: outC + round % 4, seed: 2)
      var wanted = vk_conv_weights(
        groups: 1, out_channels: outC, in_channels: inC, kernel_h: k.h, kernel_w: k.w, data: weights.base,
        group_stride: 0, out_stride: depth, in_stride: taps, y_stride: k.w, x_stride: 1, scale: scale.base)
      let packed = TestFloats(vk_planar_pixels_packed_count(&wanted))
      vk_planar_pixels_pack(&wanted, packed.base)
      var epilogue = drawEpilogue(&g, bias: bias, residual: out, out: out)
      epilogue.residual = vk_map()
      if window.h * window.w > 1, epilogue.activation.rawValue > VK_ACTIVATION_CLIP.rawValue {
        epilogue.activation = VK_ACTIVATION_RELU
      }
      let before = out.copy
      let planar = vk_planar(
        batch: n, in_channels: inC, in_h: shape.size.h, in_w: shape.size.w, out_h: shape.out.h, out_w: shape.out.w,
        out_channels: outC, kernel_h: k.h, kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h,
        dilation_w: d.w, pad_top: p.h, pad_left: p.w, in: input.base, in_row: shape.size.w, in_plane: plane,
        in_image: inC * plane, out: out.map, weights: packed.base, epilogue: epilogue)
      Self.run(isa, vk_planar_pixels(planar: planar, window_h: window.h, window_w: window.w))
      func sum(_ n: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double {
        var sum = 0.0
        for i in 0..<k.h {
          let yy = y * s.h + i * d.h - p.h
          for j in 0..<k.w where yy >= 0 && yy < shape.size.h {
            let xx = x * s.w + j * d.w - p.w
            for c in 0..<inC where xx >= 0 && xx < shape.size.w {
              let value = input.base[(n * inC + c) * plane + yy * shape.size.w + xx]
              sum += Double(value) * Double(weights.base[channel * depth + c * taps + i * k.w + j])
            }
          }
        }
        return sum * Double(scale.base[channel]) + (epilogue.bias == nil ? 0 : Double(bias.base[channel]))
      }
      let distance = out.distance(from: before) { n, y, x, channel in
        var most = -Double.infinity
        for i in 0..<window.h {
          for j in 0..<window.w { most = max(most, sum(n, y * window.h + i, x * window.w + j, channel)) }
        }
        return activated(most, epilogue)
      }
      #expect(distance < 4e-6, "\(n) images, \(inC) -> \(outC) channels, \(shape), window \(window)")
    }
  }

  private static func run(_ isa: vk_isa, _ pixels: vk_planar_pixels) {
    var pixels = pixels
    let workspace = TestFloats(vk_planar_pixels_workspace(isa, &pixels))
    for tile in (0..<vk_planar_pixels_tiles(isa, &pixels)).reversed() {
      vk_planar_pixels_run(isa, &pixels, tile, tile + 1, workspace.base)
    }
  }

  /// What is no number is the largest of its window, wherever it stands in it.
  @Test(arguments: everyTier) func planarPixelsKeepNaN(_ isa: vk_isa) {
    for place in 0..<36 {
      let input = TestFloats(36) { $0 == place ? .nan : Float($0) }, out = TestMap(1, 2, 2, 1, seed: 2)
      let factor = TestFloats(1) { _ in 1 }
      Self.run(
        isa,
        vk_planar_pixels(
          planar: vk_planar(
            batch: 1, in_channels: 1, in_h: 6, in_w: 6, out_h: 6, out_w: 6, out_channels: 1, kernel_h: 1, kernel_w: 1,
            stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1, pad_top: 0, pad_left: 0, in: input.base, in_row: 6,
            in_plane: 36, in_image: 36, out: out.map, weights: factor.base, epilogue: vk_epilogue()), window_h: 3,
          window_w: 3))
      for window in 0..<4 {
        let (y, x) = (window / 2, window % 2), isThere = place / 18 == y && place % 6 / 3 == x
        let got = out.floats.base[window], last = Float((y * 3 + 2) * 6 + x * 3 + 2)
        #expect(isThere ? got.isNaN : got == last)
      }
    }
  }
}
