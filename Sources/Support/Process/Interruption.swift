import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Ctrl-C: the first one asks the program to finish what is under way, the second one ends it at once.
public enum Interruption {
  private static let count = Atomic<Int>(0)

  /// Whether SIGINT or SIGTERM has come since `watch()`.
  public static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Starts watching. Call once, at start.
  public static func watch() {
    // A parent may have started this process with the signals blocked; they would never come.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
      }
    }
    // A closed pipe is an error of the write, not the end of the program.
    signal(SIGPIPE, SIG_IGN)
  }
}
