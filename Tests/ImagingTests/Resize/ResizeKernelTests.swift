import CKernels
import TestSupport
import Testing

/// Each tier's bytes against the portable ones, over sizes that end in the middle of vectors and beside the end of memory.
@Suite struct ResizeKernelTests {
  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  static func bytes(_ count: Int, seed: UInt32) -> [UInt8] {
    (0..<count).map { UInt8(min((Formula.value($0, seed: seed) + 1) * 128, 255)) }
  }

  /// Weights of both signs that sum to about one, split as the header says.
  static func weights(outputs: Int, taps: Int, padded: Int, seed: UInt32) -> [Int16] {
    var result = [Int16](repeating: 0, count: outputs * padded * 2)
    for output in 0..<outputs {
      for tap in 0..<taps {
        let value = Int((Formula.value(output * taps + tap, seed: seed) + 0.5) * Float(1 << 22) / Float(taps))
        let place = output * padded * 2 + (tap >> 2) * 8 + (tap & 3)
        result[place] = Int16(value >> 11)
        result[place + 4] = Int16(value & 2047)
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
      func run(_ isa: vk_isa) -> [UInt8] {
        var result = [UInt8](repeating: 7, count: output * rows * channels + 8)
        vk_resample_horizontal(
          isa, source, width * channels, rows, source.count, channels, starts, counts, weights, padded, &result,
          output * channels, output)
        return result
      }
      let expected = run(VK_ISA_PORTABLE)
      #expect(expected.suffix(8).allSatisfy { $0 == 7 })
      for tier in Self.tiers {
        #expect(run(tier) == expected, "\((tier.rawValue, channels, width, rows, output, taps))")
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 16, 33])
  func verticalTiersAgree(taps: Int) {
    for count in [1, 15, 31, 32, 33, 63, 64, 65, 127, 200] {
      let source = Self.bytes(count * taps, seed: UInt32(count))
      let weights = Self.weights(outputs: 1, taps: taps, padded: (taps + 3) / 4 * 4, seed: 6)
      func run(_ isa: vk_isa) -> [UInt8] {
        var result = [UInt8](repeating: 7, count: count + 8)
        vk_resample_vertical(isa, source, count, taps, weights, &result, count)
        return result
      }
      let expected = run(VK_ISA_PORTABLE)
      for tier in Self.tiers { #expect(run(tier) == expected, "\((tier.rawValue, taps, count))") }
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
