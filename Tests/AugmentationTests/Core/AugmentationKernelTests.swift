import CKernels
import TestSupport
import Testing

/// Each tier's bytes against the portable ones, over lengths that end in the middle of vectors.
@Suite struct AugmentationKernelTests {
  private static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  private static func bytes(_ count: Int, seed: UInt32) -> [UInt8] {
    (0..<count).map { UInt8((Formula.value($0, seed: seed) + 1) * 127.9) }
  }

  private static func compare(_ note: String, _ count: Int, _ body: (vk_isa, UnsafeMutablePointer<UInt8>) -> Void) {
    func run(_ isa: vk_isa) -> [UInt8] {
      var out = [UInt8](repeating: 7, count: count + 32)
      out.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(isa, base) } }
      return out
    }
    let expected = run(VK_ISA_PORTABLE)
    // Nothing is written past the end.
    #expect(expected[count...].allSatisfy { $0 == 7 }, "\(note)")
    for tier in tiers { #expect(run(tier) == expected, "\(note) \(tier.rawValue)") }
  }

  @Test(arguments: [1, 2, 5, 15, 16, 17, 31, 63, 100, 1025], [1, 3])
  func tiersGiveTheSameBytes(width: Int, channels: Int) {
    let n = width * channels, a = Self.bytes(n + 8, seed: 1), b = Self.bytes(n + 8, seed: 2),
      c = Self.bytes(n + 8, seed: 3)
    let note = "\(width)x\(channels)"
    for kind in [VK_COLOR_BRIGHTNESS, VK_COLOR_CONTRAST, VK_COLOR_SATURATION, VK_COLOR_HUE, VK_COLOR_GRAY] {
      let steps = [vk_color_step(kind: kind, factor: 0.37, rest: 0.63, mean: 99.4)]
      Self.compare("color \(kind) \(note)", n) { vk_color_chain($0, a, $1, width, channels, steps, 1, nil) }
    }
    Self.compare("mirror \(note)", n) { vk_mirror($0, a, $1, width, channels) }
    Self.compare("solarize \(note)", n) { vk_solarize($0, a, $1, n, 77) }
    Self.compare("mix \(note)", n) { vk_mix($0, a, b, $1, n, 0.3, 0.7) }
    Self.compare("noise \(note)", n) { vk_noise($0, a, $1, n, 42, 3, 1.5, 20, true) }
    if width > 2 { Self.compare("sharpen \(note)", n) { vk_sharpen($0, a, b, c, $1, width, channels, -0.7) } }
    let places = (0..<2 * width).map { Formula.value($0, seed: 4) * 12 + 9 }
    let picture = Self.bytes(20 * 17 * channels, seed: 5)
    let (fill, byteFill) = ([Float](repeating: 31.5, count: 4), [UInt8](repeating: 9, count: 4))
    places.withUnsafeBufferPointer { places in
      guard let xs = places.baseAddress else { return }
      Self.compare("nearest \(note)", n) {
        vk_warp_nearest($0, picture, 20, 17, Int32(channels), xs, xs + width, width, byteFill, $1)
      }
      Self.compare("bilinear \(note)", n) {
        vk_warp_bilinear($0, picture, 20, 17, Int32(channels), xs, xs + width, width, fill, $1)
      }
    }
  }

  @Test func noiseIsNormalAndDependsOnThePlaceAlone() {
    let count = 300_000, gray = [UInt8](repeating: 128, count: count)
    var noise = [UInt8](repeating: 0, count: count)
    vk_noise(vk_isa_detect(), gray, &noise, count, 99, 0, 0, 20, true)
    let values = noise.map { Double($0) - 128 }
    let mean = values.reduce(0, +) / Double(count)
    let deviation = (values.map { $0 * $0 }.reduce(0, +) / Double(count)).squareRoot()
    // Cutting to whole levels takes a little off: 20 becomes about 19.5.
    #expect(abs(mean) < 0.15 && abs(deviation - 19.6) < 0.25, "\(mean) \(deviation)")
    let beyond = Double(values.filter { abs($0) >= 40 }.count) / Double(count)
    #expect(abs(beyond - 0.0455) < 0.003, "\(beyond)")
    var part = [UInt8](repeating: 0, count: 1000)
    vk_noise(vk_isa_detect(), gray, &part, 1000, 99, 777, 0, 20, true)
    #expect(part == Array(noise[777..<1777]))
  }
}
