import Imaging

/// Colours and sizes that all plots share: dark text on white, colours that people who see red and green alike can tell apart
/// (Okabe and Ito 2008, without the yellow, darkened for lines on white).
enum PlotStyle {
  static let paper = Color.white
  static let ink = Color(red: 38, green: 43, blue: 51)
  static let faintInk = Color(red: 110, green: 118, blue: 129)
  static let grid = Color(red: 230, green: 233, blue: 237)
  static let axis = Color(red: 160, green: 167, blue: 176)

  /// Lines that are many.
  static let quiet = Color(red: 190, green: 197, blue: 206)

  static let lines: [Color] = [
    Color(red: 0, green: 107, blue: 178), Color(red: 220, green: 90, blue: 10), Color(red: 0, green: 150, blue: 110),
    Color(red: 170, green: 70, blue: 140), Color(red: 70, green: 165, blue: 215), Color(red: 205, green: 150, blue: 0),
    Color(red: 110, green: 80, blue: 60), Color(red: 60, green: 60, blue: 75),
  ]

  static func line(_ index: Int) -> Color { index < 0 ? quiet : lines[index % lines.count] }

  /// A share of 0 to 1 as white to a deep blue, in steps that look even.
  static func heat(_ share: Double) -> Color {
    let stops: [(Double, Double, Double)] = [
      (250, 251, 253), (222, 235, 247), (171, 205, 230), (104, 166, 209), (46, 117, 178), (12, 59, 120),
    ]
    let place = min(max(share, 0), 1) * Double(stops.count - 1)
    let low = min(Int(place), stops.count - 2), part = place - Double(low)
    func level(_ a: Double, _ b: Double) -> UInt8 { UInt8((a + (b - a) * part).rounded()) }
    let (a, b) = (stops[low], stops[low + 1])
    return Color(red: level(a.0, b.0), green: level(a.1, b.1), blue: level(a.2, b.2))
  }
}
