import CKernels
import Inference
import TensorCore

/// Times the ways of a 3x3 convolution against each other, and writes what it found as a Swift table: `make tune`.
///
/// Which way a convolution goes is looked up there: by its shape, its type and the tier alone.
@main enum Tuning {
  static func main() {
    print(
      """
      /// Made by `make tune`. How many times as fast as the direct way Winograd's F(4x4, 3x3) is, in percent: on one thread, with
      /// weights that other weights have driven from the caches. A row for 16, 32, 64 ... 1024 channels in and out, in it a column for
      /// 4, 8, 16 ... 1024 tiles.
      package enum ConvolutionTable {
      """)
    for (tier, kept) in [
      (VK_ISA_AVX512_BF16, ConvolutionTable.avx512BF16), (VK_ISA_AVX512, ConvolutionTable.avx512),
      (VK_ISA_AVX2, ConvolutionTable.avx2), (VK_ISA_PORTABLE, ConvolutionTable.portable),
    ] {
      let isHere = tier == VK_ISA_AVX512_BF16 ? vk_isa_has_bf16() : tier.rawValue <= vk_isa_detect().rawValue
      print("  package static let \(name(tier)): [[Int]] = [")
      for row in 0..<7 {
        // What this processor cannot time stays as another one found it.
        let percents =
          isHere ? (2...10).map { percent(tier, channels: 16 << row, tiles: 1 << $0) } : kept[row]
        print("    [\(percents.map(String.init).joined(separator: ", "))],")
      }
      print("  ]")
    }
    print("}")
  }

  private static func name(_ tier: vk_isa) -> String {
    switch tier {
    case VK_ISA_AVX512_BF16: "avx512BF16"
    case VK_ISA_AVX512: "avx512"
    case VK_ISA_AVX2: "avx2"
    default: "portable"
    }
  }

  /// Products above which slow tiers are not waited for: what less work showed stands for more.
  private static let patience: [vk_isa.RawValue: Int] = [
    VK_ISA_AVX512_BF16.rawValue: 40_000_000_000, VK_ISA_AVX512.rawValue: 20_000_000_000,
    VK_ISA_AVX2.rawValue: 6_000_000_000, VK_ISA_PORTABLE.rawValue: 300_000_000,
  ]

  private static func percent(_ tier: vk_isa, channels: Int, tiles: Int) -> Int {
    var channels = channels, tiles = tiles
    while tiles * 16 * 9 * channels * channels > patience[tier.rawValue] ?? 0 {
      if tiles > 16 { tiles /= 2 } else { channels /= 2 }
    }
    let across = 1 << (tiles.trailingZeroBitCount / 2)
    let trial = ConvolutionTrial(tier, channels: channels, height: 4 * tiles / across, width: 4 * across)
    return Int((trial.ratio * 100).rounded())
  }
}
