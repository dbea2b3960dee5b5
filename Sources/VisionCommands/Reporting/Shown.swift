/// Numbers for people.
enum Shown {
  /// A number with two decimals.
  static func hundredths(_ value: Double) -> String {
    let value = Int((min(max(value, 0), 1e12) * 100).rounded())
    return "\(value / 100).\(value % 100 < 10 ? "0" : "")\(value % 100)"
  }

  /// A number with so many decimals.
  static func decimals(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = Int((min(abs(value), 1e9) * factor).rounded()), whole = scaled / Int(factor)
    let rest = String(scaled % Int(factor))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    return "\(sign)\(whole)" + (digits > 0 ? "." + String(repeating: "0", count: digits - rest.count) + rest : "")
  }

  /// A share as a percentage with one decimal.
  static func percentage(_ share: Double) -> String {
    let tenths = Int((min(max(share, 0), 1) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
