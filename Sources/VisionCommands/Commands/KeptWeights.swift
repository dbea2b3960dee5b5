import Checkpoints
import Support
import Synchronization

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

  /// Keeps what was packed. Called when the command's results are out.
  static func finish() {
    let cache = made.withLock { $0 }
    if let note = cache?.finish(isCancelled: { Interruption.isRequested }) { Console.shared.detail(note) }
  }
}
