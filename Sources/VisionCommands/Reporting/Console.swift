import Support
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard output for results, standard error for everything else. One line at a time, from any thread.
final class Console: Sendable {
  static let shared = Console()

  private struct State {
    var isQuiet = false
    var isVerbose = false
    var hasProgress = false
    var outputFault: Int32?
  }
  private let state = Mutex(State())

  /// What `--quiet` and `--verbose` ask for.
  func configure(quiet: Bool, verbose: Bool) {
    state.withLock {
      $0.isQuiet = quiet
      $0.isVerbose = verbose
    }
  }

  /// A result line, flushed at once. Once standard output takes no more (`| head`, a full disk), later lines are dropped.
  func result(_ text: String) {
    state.withLock { state in
      guard state.outputFault == nil else { return }
      if state.hasProgress {
        state.hasProgress = false
        _ = Self.write("\r\u{1b}[K", to: 2)
      }
      if !Self.write(text + "\n", to: 1) { state.outputFault = errno }
    }
  }

  /// Why standard output takes no more (an `errno`); nil while it does.
  var outputFault: Int32? { state.withLock { $0.outputFault } }

  /// Whether a run should end early: after Ctrl-C, or when nobody takes its results. What is under way is finished first, so
  /// that no half file stays behind.
  static var isRunCancelled: Bool { Interruption.isRequested || shared.outputFault != nil }

  /// An error: always shown.
  func error(_ failure: Failure) { line("error: " + failure.line) }

  /// A warning; not with `--quiet`.
  func warning(_ text: String) {
    if !state.withLock({ $0.isQuiet }) { line("warning: " + text) }
  }

  /// What goes on; not with `--quiet`.
  func note(_ text: String) {
    if !state.withLock({ $0.isQuiet }) { line(text) }
  }

  /// Details; only with `--verbose`.
  func detail(_ text: String) {
    if state.withLock({ $0.isVerbose && !$0.isQuiet }) { line(text) }
  }

  /// A line on standard error.
  func line(_ text: String) {
    state.withLock { state in
      let clear = state.hasProgress ? "\r\u{1b}[K" : ""
      state.hasProgress = false
      _ = Self.write(clear + text + "\n", to: 2)
    }
  }

  /// Overwrites the progress line of a terminal; without a terminal or with `--quiet` nothing.
  func progress(_ text: String) {
    state.withLock { state in
      guard !state.isQuiet, Self.isTerminal else { return }
      state.hasProgress = true
      _ = Self.write("\r\u{1b}[K" + text, to: 2)
    }
  }

  /// Removes the progress line.
  func endProgress() {
    state.withLock { state in
      guard state.hasProgress else { return }
      state.hasProgress = false
      _ = Self.write("\r\u{1b}[K", to: 2)
    }
  }

  /// Whether standard error is a terminal.
  static let isTerminal = isatty(2) == 1

  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        return false
      }
      bytes = bytes.dropFirst(written)
    }
    return true
  }
}
