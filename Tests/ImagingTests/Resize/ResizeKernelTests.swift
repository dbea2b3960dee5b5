import CKernels
import TestSupport
import Testing

/// Each tier's bytes against the portable ones, over sizes that end in the middle of vectors and beside the end of memory.
@Suite struct ResizeKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  /// Every tier with every layout of weights that it can read.
  static func layouts(channels: Int) -> [(isa: vk_isa, taps: vk_taps)] {
    let best = vk_taps_best(vk_isa_detect(), channels)
    return tiers.map { ($0, VK_TAPS_HALVES) } + (best == VK_TAPS_HALVES ? [] : [(VK_ISA_AVX512, best)])
  }

  static func bytes(_ count: Int, seed: UInt32) -> [UInt8] {
    (0..<count).map { UInt8(min((Formula.value($0, seed: seed) + 1) * 128, 255)) }
  }

  /// Weights of both signs that sum to about one.
  static func weights(outputs: Int, taps: Int, padded: Int, seed: UInt32) -> [Int32] {
    var result = [Int32](repeating: 0, count: outputs * padded)
    for output in 0..<outputs {
      for tap in 0..<taps {
        let value = (Formula.value(output * taps + tap, seed: seed) + 0.5) * Float(1 << 22) / Float(taps)
        result[output * padded + tap] = Int32(value)
      }
    }
    return result
  }

  @Test(arguments: [1, 3, 4])
  func horizontalTiersAgree(channels: Int) {
    for (width, rows, output, taps) in [
      (1, 1, 3, 1), (5, 1, 4, 3), (9, 5, 7, 4), (33, 4, 17, 9), (64, 3, 11, 17), (40, 7, 64, 2), (300, 6, 50, 31),
    ] {
      let taps = min(taps, width)
      let alignment = channels == 1 ? 8 : 4
      let padded = (taps + alignment - 1) / alignment * alignment
      let source = Self.bytes(width * rows * channels, seed: UInt32(width))
      let weights = Self.weights(outputs: output, taps: taps, padded: padded, seed: 5)
      let starts = (0..<output).map { Int32($0 * (width - taps) / max(output - 1, 1)) }
      let counts = [Int32](repeating: Int32(taps), count: output)
      func run(_ isa: vk_isa, _ layout: vk_taps) -> [UInt8] {
        var packed = [UInt8](repeating: 0, count: vk_column_taps_size(layout, output, padded))
        vk_pack_column_taps(layout, weights, output, padded, &packed)
        var result = [UInt8](repeating: 7, count: output * rows * channels + 8)
        vk_resample_horizontal(
          isa, layout, source, width * channels, rows, source.count, channels, starts, counts, packed, padded, &result,
          output * channels, output)
        return result
      }
      let expected = run(VK_ISA_PORTABLE, VK_TAPS_HALVES)
      #expect(expected.suffix(8).allSatisfy { $0 == 7 })
      for (tier, layout) in Self.layouts(channels: channels) {
        #expect(
          run(tier, layout) == expected, "\((tier.rawValue, layout.rawValue, channels, width, rows, output, taps))")
      }
    }
  }

  @Test func weightsComeBackFromTheirDigits() {
    let weights: [Int32] = [0, 1, -1, 127, 128, -128, -129, 32767, 32768, -32769, 4_194_304, -4_194_304]
    var packed = [Int8](repeating: 0, count: vk_row_taps_size(VK_TAPS_BYTES, 3, 4))
    vk_pack_row_taps(VK_TAPS_BYTES, weights, 3, 4, &packed)
    let back = weights.indices.map { index in
      let place = index / 4 * 12 + index % 4
      return Int32(packed[place]) + 256 * Int32(packed[place + 4]) + 65_536 * Int32(packed[place + 8])
    }
    #expect(back == weights)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 16, 33])
  func verticalTiersAgree(taps: Int) {
    for count in [1, 15, 31, 32, 33, 63, 64, 65, 127, 200] {
      let source = Self.bytes(count * taps, seed: UInt32(count))
      let padded = (taps + 3) / 4 * 4
      let weights = Self.weights(outputs: 1, taps: taps, padded: padded, seed: 6)
      func run(_ isa: vk_isa, _ layout: vk_taps) -> [UInt8] {
        var packed = [UInt8](repeating: 0, count: vk_row_taps_size(layout, 1, padded))
        vk_pack_row_taps(layout, weights, 1, padded, &packed)
        var result = [UInt8](repeating: 7, count: count + 8)
        vk_resample_vertical(isa, layout, source, count, taps, packed, &result, count)
        return result
      }
      let expected = run(VK_ISA_PORTABLE, VK_TAPS_HALVES)
      for (tier, layout) in Self.layouts(channels: 3) {
        #expect(run(tier, layout) == expected, "\((tier.rawValue, layout.rawValue, taps, count))")
      }
    }
  }

  @Test(arguments: [1, 3, 4])
  func bilinearTiersAgree(channels: Int) {
    for (width, output) in [(1, 1), (1, 9), (2, 5), (7, 3), (20, 41), (64, 31), (100, 99)] {
      let source = Self.bytes(width * channels, seed: UInt32(output))
      var weights: [Int16] = []
      var lefts: [Int32] = []
      for x in 0..<output {
        let left = x * width / output
        let second = left + 1 < width ? Int16(x * 777 % 2049) : 0
        lefts.append(Int32(left))
        for _ in 0..<(channels == 1 ? 1 : 4) { weights += [2048 - second, second] }
      }
      func run(_ isa: vk_isa) -> ([Int16], [UInt8]) {
        var row = [Int16](repeating: 0, count: output * channels + 8)
        vk_linear_horizontal(isa, source, source.count, channels, lefts, weights, &row, output)
        var bytes = [UInt8](repeating: 0, count: output * channels)
        let reversed = Array(row.prefix(output * channels).reversed())
        vk_linear_vertical(isa, row, reversed, 700, 1348, &bytes, bytes.count)
        return (Array(row.prefix(output * channels)), bytes)
      }
      let expected = run(VK_ISA_PORTABLE)
      for tier in Self.tiers {
        let got = run(tier)
        #expect(got.0 == expected.0 && got.1 == expected.1, "\((tier.rawValue, channels, width, output))")
      }
    }
  }

  @Test(arguments: [1, 3, 4])
  func loopsAgree(channels: Int) {
    for count in [1, 7, 16, 33, 100] {
      let top = Self.bytes(2 * count * channels, seed: 1), bottom = Self.bytes(2 * count * channels, seed: 2)
      let a = (0..<count).map { Formula.value($0, seed: 3) }, b = (0..<count).map { Formula.value($0, seed: 4) }
      func run(_ isa: vk_isa) -> ([UInt8], [Float], [Float]) {
        var halves = [UInt8](repeating: 0, count: count * channels)
        vk_halve(isa, top, bottom, channels, &halves, count)
        var blend = [Float](repeating: 0, count: count)
        vk_blend_rows(isa, a, b, 0.3, &blend, count)
        var plane = [Float](repeating: 0, count: count)
        plane.withUnsafeMutableBufferPointer {
          vk_planes_by_arithmetic(
            isa, top, channels, [1 / 3], [-0.7], [Int32(channels - 1)], 1, [$0.baseAddress], count)
        }
        return (halves, blend, plane)
      }
      let expected = run(VK_ISA_PORTABLE)
      for tier in Self.tiers { #expect(run(tier) == expected, "\((tier.rawValue, channels, count))") }
    }
  }

  @Test func alphaTiersAgreeOnEveryColour() {
    // Every colour with every alpha: products as Pillow rounds them, quotients cut.
    var source: [UInt8] = []
    for color in 0...255 {
      for alpha in 0...255 { source += [UInt8(color), UInt8(255 - color), UInt8(color / 2), UInt8(alpha)] }
    }
    for tier in [VK_ISA_PORTABLE] + Self.tiers {
      var multiplied = source, divided = source
      vk_premultiply(tier, source, &multiplied, source.count / 4)
      vk_unpremultiply(tier, source, &divided, source.count / 4)
      var isRight = true
      for pixel in stride(from: 0, to: source.count, by: 4) {
        let alpha = Int(source[pixel + 3])
        for place in pixel..<pixel + 3 {
          let color = Int(source[place])
          let product = color * alpha + 128
          let quotient = alpha == 0 ? color : min(255 * color / alpha, 255)
          if Int(multiplied[place]) != ((product >> 8) + product) >> 8 { isRight = false }
          if Int(divided[place]) != quotient { isRight = false }
        }
        if multiplied[pixel + 3] != source[pixel + 3] || divided[pixel + 3] != source[pixel + 3] { isRight = false }
      }
      #expect(isRight, "\(tier.rawValue)")
    }
  }
}
