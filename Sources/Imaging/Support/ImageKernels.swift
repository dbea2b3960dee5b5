import CKernels
import Support

/// How image loops reach the C kernels and the threads. Cuts depend on sizes alone, so that results never depend on threads.
enum ImageKernels {
  /// The processor's best tier, or the one that `VISION_ISA` (portable, avx2, avx512) names where the processor has it.
  static let isa: vk_isa = {
    let best = vk_isa_detect()
    guard let wanted = Environment["VISION_ISA"] else { return best }
    let tiers = [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512]
    return tiers.first { String(cString: vk_isa_name($0)) == wanted && $0.rawValue <= best.rawValue } ?? best
  }()

  /// Calls `body` with consecutive ranges of rows that cover `0..<rows`, on several threads where there is enough work.
  ///
  /// `cost` is the work of a row in bytes touched; a range is at least about 128 KiB of it, and a multiple of four rows.
  static func rows(_ rows: Int, cost: Int, _ body: (Range<Int>) -> Void) {
    let wanted = max((128 << 10) / max(cost, 1), 1)
    let size = (wanted + 3) / 4 * 4
    let chunks = (rows + size - 1) / size
    guard chunks > 1 else { return body(0..<rows) }
    ThreadPool.shared.run(chunks: chunks) { chunk in
      body(chunk * size..<min((chunk + 1) * size, rows))
    }
  }
}
