import Checkpoints
import Support
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The packed weights that this start of the program finds and leaves: for commands that predict.
enum KeptWeights {
  private static let made = Mutex<PackedCache?>(nil)

  /// The cache of packed weights; nil where there is none or it is switched off.
  static func cache(_ locator: WeightsLocator) -> PackedCache? {
    made.withLock { made in
      if made == nil { made = PackedCache.standard(cache: locator.cache) }
      return made
    }
  }

  /// Keeps what was packed. Called when the command's results are out: whoever reads them need not wait for this.
  static func finish() {
    guard let cache = made.withLock({ $0 }) else { return }
    fflush(nil)
    let nowhere = open("/dev/null", O_WRONLY)
    if nowhere >= 0 {
      dup2(nowhere, STDOUT_FILENO)
      close(nowhere)
    }
    if let note = cache.finish(isCancelled: { Interruption.isRequested }) { Console.shared.detail(note) }
  }
}
