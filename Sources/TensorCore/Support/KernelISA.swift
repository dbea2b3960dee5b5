import CKernels
import Support

/// The instruction-set tier that kernels run on: chosen once, at the first use.
public enum KernelISA {
  /// The processor's best tier, or the one that `VISION_ISA` (portable, avx2, avx512) names where the processor has it.
  package static let current: vk_isa = {
    let best = vk_isa_detect()
    guard let wanted = Environment["VISION_ISA"] else { return best }
    let tiers = [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512]
    return tiers.first { String(cString: vk_isa_name($0)) == wanted && $0.rawValue <= best.rawValue } ?? best
  }()

  /// The tier of kernels with bf16 factors: the best that has instructions for them, or the one that `VISION_ISA` names (avx512 has
  /// none, avx512_bf16 leaves AMX out; amx_bf16 takes AMX's way on every processor, by a slow model where it has none).
  package static let bf16: vk_isa = {
    let wanted = Environment["VISION_ISA"]
    if wanted == String(cString: vk_isa_name(VK_ISA_AMX_BF16)) { return VK_ISA_AMX_BF16 }
    guard current == VK_ISA_AVX512, vk_isa_has_bf16(), wanted != "avx512" else { return current }
    return wanted != "avx512_bf16" && vk_isa_has_amx_bf16() ? VK_ISA_AMX_BF16 : VK_ISA_AVX512_BF16
  }()

  /// The tier's name: `portable`, `avx2` or `avx512`.
  public static var name: String { String(cString: vk_isa_name(current)) }

  /// What decides in which order the bytes of packed weights lie: the tiers, and the version of the packing code.
  package static var packing: String {
    "\(String(cString: vk_isa_name(current)))-\(String(cString: vk_isa_name(bf16)))-v\(VK_PACKING_VERSION)"
  }
}
