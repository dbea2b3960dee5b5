import CKernels
import TestSupport
import Testing

/// Every tier of batch normalisation in training and of the gradients of what stands around it, in double precision.
@Suite struct EngineBatchNormTests {
  private static func pixels(_ map: TestMap) -> vk_pixels { vk_pixels(data: map.floats.base, stride: map.pixel) }

  @Test(arguments: everyTier) func normalisation(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 71)
    for round in 0..<40 {
      let (n, h, w, c) = (g.int(1...3), g.int(1...30), g.int(2...30), g.int(1...(round % 4 == 0 ? 150 : 40)))
      let count = Double(n * h * w), epsilon = 1e-3
      let input = TestMap(n, h, w, c, pixel: c + round % 3, seed: round)
      // Means far from 0 must not drown the variances.
      if round % 3 == 0 { for i in 0..<input.floats.count { input.floats.base[i] += 40 } }
      let out = TestMap(n, h, w, c, pixel: c + round % 2, seed: 2), residual = TestMap(n, h, w, c, seed: 3)
      let weight = TestFloats(c, seed: 4), bias = TestFloats(c, seed: 5), mean = TestFloats(c), variance = TestFloats(c)
      let before = out.copy, adds = round % 2 == 0, rectifies = round % 4 < 2
      var norm = vk_batch_norm(
        pixels: n * h * w, channels: c, epsilon: Float(epsilon), weight: weight.base, bias: bias.base,
        in: Self.pixels(input), out: Self.pixels(out), residual: adds ? Self.pixels(residual) : vk_pixels(),
        mean: mean.base, variance: variance.base,
        activation: rectifies ? VK_ACTIVATION_RELU : VK_ACTIVATION_NONE, a: 0, b: 0)
      let shared = TestFloats(vk_batch_norm_shared(&norm))
      for phase in 0..<3 {
        for tile in (0..<vk_batch_norm_tiles(&norm, phase)).reversed() {
          vk_batch_norm_run(isa, &norm, phase, tile, tile + 1, shared.base)
        }
      }
      let moments = (0..<c).map { channel in
        let values = Self.values(input, channel), mean = values.reduce(0, +) / count
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count)
      }
      let distance = out.distance(from: before) { n, y, x, c in
        let (mean, variance) = moments[c]
        let scaled = (input[n, y, x, c] - mean) / (variance + epsilon).squareRoot() * Double(weight.base[c])
        let sum = scaled + Double(bias.base[c]) + (adds ? residual[n, y, x, c] : 0)
        return rectifies ? max(sum, 0) : sum
      }
      let scale = round % 3 == 0 ? 40.0 : 1
      #expect(distance < 4e-6 * scale, "\(n) x \(h) x \(w) x \(c)")
      for channel in 0..<c {
        #expect(abs(Double(mean.base[channel]) - moments[channel].0) < 5e-7 * scale)
        #expect(abs(Double(variance.base[channel]) - moments[channel].1) < 1e-6)
      }
    }
  }

  private static func values(_ map: TestMap, _ channel: Int) -> [Double] {
    (0..<map.n * map.h * map.w).map { Double(map.floats.base[$0 * map.pixel + channel]) }
  }

  @Test(arguments: everyTier) func normalisationGradient(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 72)
    for round in 0..<40 {
      let (n, h, w, c) = (g.int(1...3), g.int(1...20), g.int(2...20), g.int(1...(round % 4 == 0 ? 150 : 40)))
      let count = Double(n * h * w), epsilon = 1e-3
      let input = TestMap(n, h, w, c, pixel: c + round % 3, seed: round)
      let upstream = TestMap(n, h, w, c, pixel: c + round % 2, seed: 2), output = TestMap(n, h, w, c, seed: 3)
      let result = TestMap(n, h, w, c, pixel: c + round % 4, seed: 4), bounded = TestMap(n, h, w, c, seed: 5)
      let weight = TestFloats(c, seed: 6), byWeight = TestFloats(c), byBias = TestFloats(c)
      let mean = TestFloats(c), variance = TestFloats(c), masks = round % 3 > 0, keeps = round % 3 == 2
      var wanted: [(sum: Double, product: Double, mean: Double, inverse: Double)] = []
      func passed(_ pixel: Int, _ c: Int) -> Double {
        let value = Double(upstream.floats.base[pixel * upstream.pixel + c])
        return masks && output.floats.base[pixel * output.pixel + c] <= 0 ? 0 : value
      }
      for channel in 0..<c {
        let values = Self.values(input, channel), m = values.reduce(0, +) / count
        let v = values.reduce(0) { $0 + ($1 - m) * ($1 - m) } / count
        (mean.base[channel], variance.base[channel]) = (Float(m), Float(v))
        let sum = values.indices.reduce(0.0) { $0 + passed($1, channel) }
        let product = values.indices.reduce(0.0) { $0 + passed($1, channel) * (values[$1] - m) }
        wanted.append((sum, product, m, 1 / (v + epsilon).squareRoot()))
      }
      var norm = vk_batch_norm_gradient(
        pixels: n * h * w, channels: c, epsilon: Float(epsilon), weight: weight.base, mean: mean.base,
        variance: variance.base, upstream: Self.pixels(upstream), in: Self.pixels(input),
        output: masks ? Self.pixels(output) : vk_pixels(), low: 0, high: .infinity,
        bounded: keeps ? Self.pixels(bounded) : vk_pixels(), gradient: Self.pixels(result),
        weight_gradient: byWeight.base, bias_gradient: byBias.base)
      let before = result.copy, boundedBefore = bounded.copy
      let shared = TestFloats(vk_batch_norm_gradient_shared(&norm))
      for phase in 0..<3 {
        for tile in (0..<vk_batch_norm_gradient_tiles(&norm, phase)).reversed() {
          vk_batch_norm_gradient_run(isa, &norm, phase, tile, tile + 1, shared.base)
        }
      }
      let distance = result.distance(from: before) { n, y, x, c in
        let it = wanted[c], pixel = (n * h + y) * w + x
        let rest = it.sum / count + (input[n, y, x, c] - it.mean) * it.inverse * it.inverse * it.product / count
        return (passed(pixel, c) - rest) * it.inverse * Double(weight.base[c])
      }
      #expect(distance < 1e-5, "\(n) x \(h) x \(w) x \(c), masks \(masks)")
      let passing = bounded.distance(from: boundedBefore) { n, y, x, c in
        keeps ? passed((n * h + y) * w + x, c) : Double(boundedBefore[bounded.index(n, y, x, c)])
      }
      #expect(passing == 0)
      for channel in 0..<c {
        #expect(abs(Double(byBias.base[channel]) - wanted[channel].sum) < 1e-5 * count.squareRoot())
        #expect(
          abs(Double(byWeight.base[channel]) - wanted[channel].product * wanted[channel].inverse)
            < 1e-5 * count.squareRoot())
      }
    }
  }

  @Test(arguments: everyTier) func sums(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 73)
    for round in 0..<30 {
      let map = TestMap(g.int(1...3), g.int(1...40), g.int(1...40), g.int(1...90), pixel: nil, seed: round)
      let pixels = map.n * map.h * map.w, out = TestFloats(map.c)
      let shared = TestFloats(vk_pixel_sums_shared(pixels, map.c))
      for phase in 0..<2 {
        for tile in (0..<vk_pixel_sums_tiles(pixels, map.c, phase)).reversed() {
          vk_pixel_sums_run(isa, Self.pixels(map), pixels, map.c, out.base, phase, tile, tile + 1, shared.base)
        }
      }
      for channel in 0..<map.c {
        let wanted = Self.values(map, channel).reduce(0, +)
        #expect(abs(Double(out.base[channel]) - wanted) < 4e-5 + 1e-6 * abs(wanted), "\(pixels) pixels")
      }
    }
  }

  @Test(arguments: everyTier) func poolings(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 74)
    for round in 0..<60 {
      var window = TestWindow(&g, kernel: 1...4, size: 1...9)
      window.pad = (min(window.pad.h, window.kernel.h / 2), min(window.pad.w, window.kernel.w / 2))
      let kind = [VK_POOL_MAX, VK_POOL_AVERAGE, VK_POOL_AVERAGE_PADDED][round % 3], isMax = kind == VK_POOL_MAX
      if !isMax { window.dilation = (1, 1) }
      if !window.fits { continue }
      let (k, s, d, p) = (window.kernel, window.stride, window.dilation, window.pad)
      let (h, w, c) = (window.size.h, window.size.w, g.int(1...80))
      let input = TestMap(2, h, w, c, pixel: c + round % 3, seed: round)
      // Few different values: equal ones tell which comes first.
      for i in 0..<input.floats.count { input.floats.base[i] = (input.floats.base[i] * 3).rounded() }
      let upstream = TestMap(2, window.out.h, window.out.w, c, pixel: c + round % 2, seed: 2)
      let result = TestMap(2, h, w, c, pixel: c + round % 4, seed: 3), before = result.copy
      var work = vk_map_pool_gradient(
        pool: vk_map_pool(
          kind: kind, batch: 2, channels: c, in_h: h, in_w: w, out_h: upstream.h, out_w: upstream.w, kernel_h: k.h,
          kernel_w: k.w, stride_h: s.h, stride_w: s.w, dilation_h: d.h, dilation_w: d.w, pad_top: p.h, pad_left: p.w,
          pad_bottom: p.h, pad_right: p.w, in: isMax ? input.map : vk_map(), out: upstream.map),
        gradient: result.map)
      for tile in (0..<vk_map_pool_gradient_tiles(&work)).reversed() {
        vk_map_pool_gradient_run(isa, &work, tile, tile + 1)
      }
      var wanted = [Double](repeating: 0, count: 2 * h * w * c)
      for n in 0..<2 {
        for y in 0..<upstream.h {
          for x in 0..<upstream.w {
            for channel in 0..<c {
              var places: [(Int, Int)] = []
              for i in 0..<k.h {
                for j in 0..<k.w {
                  let at = (y * s.h + i * d.h - p.h, x * s.w + j * d.w - p.w)
                  if (0..<h).contains(at.0), (0..<w).contains(at.1) { places.append(at) }
                }
              }
              let all = Double(kind == VK_POOL_AVERAGE_PADDED ? k.h * k.w : places.count)
              if isMax {
                let most = places.map { input[n, $0.0, $0.1, channel] }.max()
                places = places.first { input[n, $0.0, $0.1, channel] == most }.map { [$0] } ?? []
              }
              for (i, j) in places {
                wanted[((n * h + i) * w + j) * c + channel] += upstream[n, y, x, channel] / (isMax ? 1 : all)
              }
            }
          }
        }
      }
      let distance = result.distance(from: before) { n, y, x, channel in wanted[((n * h + y) * w + x) * c + channel] }
      #expect(distance < 4e-6, "\(c) channels, \(window), kind \(kind.rawValue)")
    }
  }
}
