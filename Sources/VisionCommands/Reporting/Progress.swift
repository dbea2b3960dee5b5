import Support

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
    let seconds = (now - start) / .seconds(1)
    let rate = Double(done) / max(seconds, 1e-9)
    let left = Int((Double(total - done) / max(rate, 1e-9)).rounded())
    let text =
      "\(done)/\(total) \(unit), \(Self.tenths(rate))/s, \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
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
