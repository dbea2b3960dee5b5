import CKernels
import Support

/// The most that this machine computes: what kernels are compared with.
public enum KernelPeak {
  /// Multiplications and additions a second, each product counted as two, of fused products in registers alone on all threads
  /// of the pool: the best of several short trials.
  public static func measured() -> Double {
    let isa = KernelISA.current, threads = ThreadPool.shared.threadCount, rounds = 1_000_000
    let products = Double(vk_peak_products(isa)) * Double(rounds) * Double(threads)
    let clock = ContinuousClock()
    var shortest = Double.infinity
    // Several milliseconds each: threads that sleep take a while to wake.
    for _ in 0..<12 {
      let time = clock.measure { ThreadPool.shared.run(chunks: threads) { _ in _ = vk_peak_run(isa, rounds) } }
      shortest = min(shortest, time / .seconds(1))
    }
    return shortest > 0 ? 2 * products / shortest : 0
  }
}
