import CKernels
import TestSupport
import Testing

/// Every tier of the channels-last kernels that move or reduce: depthwise, pooling, resampling, layout, activations.
@Suite struct EngineMapTests {
  @Test(arguments: everyTier) func depthwise(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 51)
    for round in 0..<100 {
      var window = TestWindow(&g, kernel: 1...7, size: 1...30)
      // The widths that have loops of their own.
      if round % 2 == 0 {
        let side = [1, 2, 3, 5, 7][round / 2 % 5]; (window.kernel, window.dilation) = ((side, side), (1, 1))
      }
      if !window.fits { continue }
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      let c = Int.random(in: 1...70, using: &g), taps = k.h * k.w
      let input = TestMap(2, window.size.h, window.size.w, c, pixel: c + round % 3, seed: round)
      let out = TestMap(2, window.out.h, window.out.w, c, pixel: c + round % 4, seed: 2), before = out.copy
      let residual = TestMap(2, window.out.h, window.out.w, c, seed: 3)
      let bias = TestFloats(c, seed: 4), weights = TestFloats(c * taps, seed: 5), scale = TestFloats(c, seed: 6)
      let packed = TestFloats(vk_channelwise_packed_count(c, taps))
      var layout = vk_conv_weights(
        groups: c, out_channels: 1, in_channels: 1, kernel_h: k.h, kernel_w: k.w, data: weights.base,
        group_stride: taps,
        out_stride: taps, in_stride: taps, y_stride: k.w, x_stride: 1, scale: scale.base)
      vk_channelwise_pack(&layout, packed.base)
      let epilogue = drawEpilogue(&g, bias: bias, residual: residual, out: out)
      var conv = vk_channelwise(
        batch: 2, channels: c, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w, kernel_h: k.h, kernel_w: k.w,
        stride_h: s.h, stride_w: s.w, dilation_h: d.h, dilation_w: d.w, pad_top: p.h, pad_left: p.w, in: input.map,
        out: out.map, weights: packed.base, epilogue: epilogue)
      for tile in (0..<vk_channelwise_tiles(isa, &conv)).reversed() { vk_channelwise_run(isa, &conv, tile, tile + 1) }
      let distance = out.distance(from: before) { n, y, x, c in
        var sum = epilogue.bias == nil ? 0 : Double(bias.base[c])
        for i in 0..<k.h {
          for j in 0..<k.w {
            sum +=
              input[n, y * s.h + i * d.h - p.h, x * s.w + j * d.w - p.w, c]
              * Double(weights.base[c * taps + i * k.w + j]) * Double(scale.base[c])
          }
        }
        return activated(sum + residualValue(epilogue, residual, out, before, (n, y, x, c)), epilogue)
      }
      #expect(distance < 5e-6, "\(c) channels, \(window), \(epilogue.activation)")
    }
  }

  @Test(arguments: everyTier) func pooling(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 52)
    for round in 0..<120 {
      let kind = [VK_POOL_MAX, VK_POOL_AVERAGE, VK_POOL_AVERAGE_PADDED, VK_POOL_ADAPTIVE][round % 4]
      var window = TestWindow(&g, size: 1...14)
      window.pad = (window.kernel.h / 2, window.kernel.w / 2)
      if kind != VK_POOL_MAX { window.dilation = (1, 1) }
      if !window.fits { continue }
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad),
        c = Int.random(in: 1...150, using: &g)
      var (outH, outW) = window.out
      if kind == VK_POOL_ADAPTIVE {
        (outH, outW) = (Int.random(in: 1...7, using: &g), Int.random(in: 1...7, using: &g))
      }
      // Ceil mode: a window that begins inside may end beyond the padding.
      if round % 3 == 0 && kind != VK_POOL_ADAPTIVE && outH * s.h < window.size.h + p.h { outH += 1 }
      let input = TestMap(2, window.size.h, window.size.w, c, pixel: c + round % 3, seed: round)
      let out = TestMap(2, outH, outW, c, pixel: c + round % 5, seed: 1), before = out.copy
      var pool = vk_map_pool(
        kind: kind, batch: 2, channels: c, in_h: input.h, in_w: input.w, out_h: outH, out_w: outW, kernel_h: k.h,
        kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h, dilation_w: d.w, pad_top: p.h, pad_left: p.w,
        pad_bottom: p.h, pad_right: p.w, in: input.map, out: out.map)
      for tile in (0..<vk_map_pool_tiles(&pool)).reversed() { vk_map_pool_run(isa, &pool, tile, tile + 1) }
      let distance = out.distance(from: before) { n, y, x, c in
        var rows = Array(stride(from: y * s.h - p.h, to: y * s.h - p.h + k.h * d.h, by: d.h))
        var columns = Array(stride(from: x * s.w - p.w, to: x * s.w - p.w + k.w * d.w, by: d.w))
        if kind == VK_POOL_ADAPTIVE {
          rows = Array(y * input.h / outH..<((y + 1) * input.h + outH - 1) / outH)
          columns = Array(x * input.w / outW..<((x + 1) * input.w + outW - 1) / outW)
        }
        let insideRows = rows.filter { $0 >= 0 && $0 < input.h }
        let insideColumns = columns.filter { $0 >= 0 && $0 < input.w }
        let values = insideRows.flatMap { y in insideColumns.map { input[n, y, $0, c] } }
        if kind == VK_POOL_MAX { return values.max() ?? -.infinity }
        let padded = rows.filter { $0 < input.h + p.h }.count * columns.filter { $0 < input.w + p.w }.count
        return values.reduce(0, +) / Double(kind == VK_POOL_AVERAGE_PADDED ? padded : values.count)
      }
      #expect(distance < 1e-6, "kind \(kind.rawValue), \(c) channels, \(window) -> \(outH) x \(outW)")
    }
  }

  @Test(arguments: everyTier) func notANumberWinsMaxima(_ isa: vk_isa) {
    let input = TestMap(1, 2, 2, 3, seed: 1), out = TestMap(1, 1, 1, 3, seed: 2)
    input.floats.base[4] = .nan
    var pool = vk_map_pool(
      kind: VK_POOL_MAX, batch: 1, channels: 3, in_h: 2, in_w: 2, out_h: 1, out_w: 1, kernel_h: 2, kernel_w: 2,
      stride_h: 2, stride_w: 2, dilation_h: 1, dilation_w: 1, pad_top: 0, pad_left: 0, pad_bottom: 0, pad_right: 0,
      in: input.map, out: out.map)
    vk_map_pool_run(isa, &pool, 0, vk_map_pool_tiles(&pool))
    #expect(out.copy.map(\.isNaN) == [false, true, false])
  }

  @Test(arguments: everyTier) func resampling(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 53)
    for round in 0..<60 {
      let kind = [VK_RESAMPLE_NEAREST, VK_RESAMPLE_BILINEAR, VK_RESAMPLE_BILINEAR_CORNERS][round % 3]
      let h = Int.random(in: 1...12, using: &g), w = Int.random(in: 1...12, using: &g),
        c = Int.random(in: 1...50, using: &g)
      let outH = Int.random(in: 1...30, using: &g), outW = Int.random(in: 1...30, using: &g)
      let input = TestMap(2, h, w, c, seed: round), out = TestMap(2, outH, outW, c, pixel: c + 2, seed: 1)
      let before = out.copy
      var resample = vk_map_resample(
        kind: kind, batch: 2, channels: c, in_h: h, in_w: w, out_h: outH, out_w: outW, step_y: 0, step_x: 0,
        in: input.map, out: out.map)
      for tile in (0..<vk_map_resample_tiles(&resample)).reversed() {
        vk_map_resample_run(isa, &resample, tile, tile + 1)
      }
      func place(_ at: Int, _ size: Int, _ outSize: Int) -> Float {
        switch kind {
        case VK_RESAMPLE_NEAREST: return (Float(at) * (Float(size) / Float(outSize))).rounded(.down)
        case VK_RESAMPLE_BILINEAR: return max(0, (Float(at) + 0.5) * (Float(size) / Float(outSize)) - 0.5)
        default: return outSize > 1 ? Float(at) * (Float(size - 1) / Float(outSize - 1)) : 0
        }
      }
      let distance = out.distance(from: before) { n, y, x, c in
        let (fy, fx) = (Double(place(y, h, outH)), Double(place(x, w, outW)))
        let (y0, x0) = (min(Int(fy), h - 1), min(Int(fx), w - 1)), (b, d) = (fy - Double(y0), fx - Double(x0))
        let (y1, x1) = (min(y0 + 1, h - 1), min(x0 + 1, w - 1))
        let top = (1 - d) * input[n, y0, x0, c] + d * input[n, y0, x1, c]
        return (1 - b) * top + b * ((1 - d) * input[n, y1, x0, c] + d * input[n, y1, x1, c])
      }
      #expect(distance < 5e-6, "kind \(kind.rawValue), \(c) channels, \(h) x \(w) -> \(outH) x \(outW)")
    }
  }

  @Test(arguments: everyTier) func layout(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 54)
    for round in 0..<40 {
      let h = Int.random(in: 1...20, using: &g), w = Int.random(in: 1...90, using: &g),
        c = Int.random(in: 1...50, using: &g)
      let map = TestMap(2, h, w, c, pixel: c + round % 3, seed: 1), planes = TestFloats(2 * c * h * w, seed: round)
      let before = map.copy, back = TestFloats(planes.count)
      var layout = vk_layout(batch: 2, channels: c, h: h, w: w, planes: planes.base, map: map.map)
      for tile in (0..<vk_layout_tiles(&layout)).reversed() { vk_layout_to_map(isa, &layout, tile, tile + 1) }
      let distance = map.distance(from: before) { n, y, x, i in Double(planes.base[((n * c + i) * h + y) * w + x]) }
      #expect(distance == 0, "\(c) channels of \(h) x \(w)")
      layout.planes = back.base
      vk_layout_to_planes(isa, &layout, 0, vk_layout_tiles(&layout))
      #expect((0..<back.count).allSatisfy { back.base[$0] == planes.base[$0] }, "\(c) channels of \(h) x \(w), back")
    }
  }

  /// The activations are those of the element-wise kernels, whose accuracy has tests of its own.
  @Test(arguments: everyTier) func activations(_ isa: vk_isa) {
    let pairs: [(vk_activation, vk_unary_function)] = [
      (VK_ACTIVATION_RELU, VK_RELU), (VK_ACTIVATION_CLIP, VK_CLAMP), (VK_ACTIVATION_LEAKY_RELU, VK_LEAKY_RELU),
      (VK_ACTIVATION_ELU, VK_ELU), (VK_ACTIVATION_SILU, VK_SILU), (VK_ACTIVATION_MISH, VK_MISH),
      (VK_ACTIVATION_GELU, VK_GELU), (VK_ACTIVATION_GELU_TANH, VK_GELU_TANH), (VK_ACTIVATION_SIGMOID, VK_SIGMOID),
      (VK_ACTIVATION_TANH, VK_TANH), (VK_ACTIVATION_HARDSWISH, VK_HARDSWISH),
      (VK_ACTIVATION_HARDSIGMOID, VK_HARDSIGMOID),
    ]
    var x = (0..<333).map { 12 * Formula.value($0, seed: 7) }
    (x[3], x[4], x[5]) = (.nan, .infinity, -.infinity)
    for (activation, function) in pairs {
      var got = [Float](repeating: 9, count: x.count + 1), wanted = got
      vk_activation_apply(isa, activation, 0.5, 2, x, &got, x.count)
      vk_unary_f32(isa, function, x, &wanted, x.count, 0.5, 2)
      let same = zip(got, wanted).allSatisfy {
        $0 == $1 || ($0.isNaN && $1.isNaN) || abs($0 - $1) <= 1e-6 * abs($1) + 1e-14
      }
      #expect(same, "activation \(activation.rawValue)")
    }
  }
}
