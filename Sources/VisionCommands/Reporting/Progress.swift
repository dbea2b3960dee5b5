import Support
import Synchronization

/// How far a long work is: a bar with rate and time left on a terminal, a plain line now and then elsewhere.
struct Progress {
  private let total: Int
  private let unit: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastShown: ContinuousClock.Instant
  private var done = 0

  init(total: Int, unit: String) {
    self.total = total
    self.unit = unit
    start = clock.now
    lastShown = start
  }

  /// One more is done.
  mutating func advance() {
    done += 1
    let now = clock.now
    // Short work needs no bar; a log needs few lines.
    let pause: Duration = Console.isTerminal ? .milliseconds(100) : .seconds(10)
    guard now - lastShown >= pause else { return }
    lastShown = now
    Self.show(done, total, unit, seconds: (now - start) / .seconds(1))
  }

  /// A bar, or a line: how much is done, how fast, what is left, and a note.
  static func show(_ done: Int, _ total: Int, _ unit: String, seconds: Double, note: String = "") {
    let rate = Double(done) / max(seconds, 1e-9)
    let left = Int((Double(total - done) / max(rate, 1e-9)).rounded())
    let text =
      "\(done)/\(total) \(unit), \(tenths(rate))/s, \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
      + (note.isEmpty ? "" : ", " + note)
    if Console.isTerminal {
      let filled = 24 * done / max(total, 1)
      Console.shared.progress(
        "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled) + "] " + text)
    } else {
      Console.shared.note(text)
    }
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((min(value, 1e12) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}

/// How far long work on one input is, shown as `Progress` shows inputs.
final class StepProgress: Sendable {
  private struct State: Sendable {
    var start = ContinuousClock.now
    var lastShown = ContinuousClock.now
  }
  private let state = Mutex(State())

  /// Steps done, of how many, and a few words about them.
  @Sendable func report(_ done: Int, _ total: Int, _ note: String) {
    let now = ContinuousClock.now
    let seconds = state.withLock { state -> Double? in
      if done <= 1 { state = State() }
      let pause: Duration = Console.isTerminal ? .milliseconds(100) : .seconds(10)
      guard now - state.lastShown >= pause else { return nil }
      state.lastShown = now
      return (now - state.start) / .seconds(1)
    }
    guard let seconds else { return }
    Progress.show(done, total, "steps", seconds: seconds, note: note)
  }
}
