#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An axis: numbers to places from 0 to 1, and round ticks.
struct PlotScale: Equatable {
  struct Tick: Equatable {
    var value: Double
    var text: String
  }

  private(set) var low: Double, high: Double
  let isLogarithmic: Bool
  private(set) var ticks: [Tick] = []

  /// A scale for values that are finite; those not above 0 are left out of logarithmic ones. `count` ticks at most, about.
  init(_ values: [Double], count: Int, isLogarithmic: Bool = false, isWhole: Bool = false) {
    self.isLogarithmic = isLogarithmic
    let known = values.filter { $0.isFinite && abs($0) < 1e300 && (!isLogarithmic || $0 > 1e-300) }
    (low, high) = (known.min() ?? 0, known.max() ?? 1)
    if isLogarithmic { decades(count) } else { steps(count, isWhole) }
  }

  /// Shares of 0 to 1.
  static let shares: PlotScale = {
    var scale = PlotScale([0, 1], count: 5)
    (scale.low, scale.high) = (0, 1)
    scale.ticks = (0...5).map { Tick(value: Double($0) / 5, text: fixed(Double($0) / 5, 1)) }
    return scale
  }()

  /// 0 at the low end, 1 at the high one.
  func place(_ value: Double) -> Double {
    if isLogarithmic { return high > low ? (log10(max(value, 1e-300)) - log10(low)) / (log10(high) - log10(low)) : 0.5 }
    return high > low ? (value - low) / (high - low) : 0.5
  }

  private mutating func steps(_ count: Int, _ isWhole: Bool) {
    if high - low <= max(abs(low), abs(high)) * 1e-12 + 1e-290 {
      let room = isWhole ? 1 : max(abs(low) * 0.1, 1e-3)
      (low, high) = (low - room, high + room)
    } else if !isWhole {
      let room = (high - low) * 0.04
      // Values that begin at 0 stay on the axis.
      (low, high) = (low >= 0 && low < (high - low) * 0.15 ? 0 : low - room, high + room)
    }
    let raw = (high - low) / Double(max(count, 1))
    let power = pow(10, log10(raw).rounded(.down))
    var step = ([1, 2, 2.5, 5, 10].first { $0 * power >= raw * 0.999 } ?? 10) * power
    if isWhole { step = max(step == 2.5 ? 5 : step.rounded(.up), 1) }
    let digits = max(0, -Int(log10(step).rounded(.down)) + (isRound(step) ? 0 : 1))
    for number in Int64((low / step - 1e-9).rounded(.up))...Int64((high / step + 1e-9).rounded(.down)) {
      let value = Double(number) * step
      ticks.append(Tick(value: value, text: Self.text(value, digits: digits)))
    }
  }

  private func isRound(_ step: Double) -> Bool {
    let lead = step / pow(10, log10(step).rounded(.down))
    return abs(lead - lead.rounded()) < 1e-6
  }

  private mutating func decades(_ count: Int) {
    if high <= low { (low, high) = (low / 2, high * 2) }
    let (bottom, top) = (Int(log10(low).rounded(.down)), Int(log10(high).rounded(.up)))
    let room = pow(high / low, 0.04)
    (low, high) = (low / room, high * room)
    let every = max((top - bottom) / max(count, 1), 1)
    let leads: [Double] = top - bottom <= 2 ? [1, 2, 5] : [1]
    for exponent in bottom...top where (exponent - bottom) % every == 0 {
      for lead in leads {
        let value = lead * pow(10, Double(exponent))
        guard value >= low, value <= high else { continue }
        ticks.append(Tick(value: value, text: Self.text(value, digits: max(-exponent, 0))))
      }
    }
  }

  /// A number with so many decimals; very large and small ones with an exponent.
  static func text(_ value: Double, digits: Int) -> String {
    if value == 0 { return "0" }
    let size = abs(value)
    if size >= 1e6 || size < 1e-4 {
      let exponent = Int((log10(size) + 1e-12).rounded(.down))
      let lead = (value / pow(10, Double(exponent)) * 100).rounded() / 100
      return (lead == lead.rounded() ? "\(Int(lead))" : "\(lead)") + "e\(exponent)"
    }
    return fixed(value, min(digits, 9))
  }

  /// A number with exactly so many decimals.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "\(value)" }
    let power = pow(10, Double(digits))
    let whole = Int64((abs(value) * power).rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard digits > 0 else { return sign + "\(whole)" }
    let text = String(whole)
    let padded = String(repeating: "0", count: max(digits + 1 - text.count, 0)) + text
    return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
  }
}
