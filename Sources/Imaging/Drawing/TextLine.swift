/// A line of text as coverage in pixels, its letters' x-height and baseline on whole rows.
struct TextLine {
  let width: Int
  let height: Int
  /// Rows from the top to the baseline.
  let baseline: Int
  /// 0 to 1, rows from the top.
  let coverage: [Float]

  /// The width in pixels of a text of this size (pixels an em).
  static func width(of text: String, size: Float, font: Font = .standard) -> Int {
    Int((Float(advance(of: text, font)) * size / Float(font.em)).rounded(.up))
  }

  /// Sets a text at this size in pixels an em.
  init(_ text: String, size: Float, font: Font = .standard) {
    let scaleX = size / Float(font.em)
    // Rounded so that the letters stand on a row and end on one: sharper than any smoothing.
    let scaleY = max((Float(font.xHeight) * scaleX).rounded(), 1) / Float(font.xHeight)
    let line = Self.drawn(text, font)
    baseline = Int((Float(font.ascent) * scaleY).rounded(.up))
    height = baseline + Int((Float(font.descent) * scaleY).rounded(.up))
    width = max(Self.width(of: text, size: size, font: font), 1)
    let columns = Self.shrunk(
      line.coverage, inner: 1, count: line.width, outer: line.height, to: width, scale: scaleX, offset: 0)
    let rows = Self.shrunk(
      columns, inner: width, count: line.height, outer: 1, to: height, scale: scaleY,
      offset: Float(font.ascent) - Float(baseline) / scaleY)
    // Thin strokes that smoothing has made pale get some of their weight back.
    coverage = size < 24 ? rows.map { min($0 * (1.25 - 0.25 * $0), 1) } : rows
  }

  private static func advance(of text: String, _ font: Font) -> Int {
    text.unicodeScalars.reduce(0) { $0 + (font.glyph($1)?.advance ?? missingAdvance(font)) }
  }

  private static func missingAdvance(_ font: Font) -> Int { font.em * 5 / 8 }

  /// The line at the table's size.
  private static func drawn(_ text: String, _ font: Font) -> (width: Int, height: Int, coverage: [Float]) {
    let (width, height) = (advance(of: text, font) + font.em, font.ascent + font.descent)
    var coverage = [Float](repeating: 0, count: width * height)
    var x = 0
    func put(_ share: Float, _ column: Int, _ row: Int) {
      guard column >= 0, column < width, row >= 0, row < height else { return }
      coverage[row * width + column] = max(coverage[row * width + column], share)
    }
    for scalar in text.unicodeScalars {
      guard let glyph = font.glyph(scalar) else {
        drawMissing(font) { put(1, x + $0, font.ascent - $1) }
        x += missingAdvance(font)
        continue
      }
      for (index, share) in font.coverage(glyph).enumerated() {
        put(share, x + glyph.left + index % glyph.width, font.ascent - glyph.top + index / glyph.width)
      }
      x += glyph.advance
    }
    return (width, height, coverage)
  }

  /// The frame that stands for a character that the table lacks.
  private static func drawMissing(_ font: Font, _ put: (_ column: Int, _ above: Int) -> Void) {
    let (right, top, line) = (font.em / 2, font.em * 45 / 64, font.em / 16)
    for above in 1...top {
      for column in font.em / 8..<right + font.em / 16 {
        let isInner = column >= font.em / 8 + line && column < right + font.em / 16 - line
        if !isInner || above <= line || above > top - line { put(column, above) }
      }
    }
  }

  /// Area-averages one axis: output i covers `offset + i / scale ..< offset + (i + 1) / scale` of `count` inputs.
  private static func shrunk(
    _ source: [Float], inner: Int, count: Int, outer: Int, to size: Int, scale: Float, offset: Float
  ) -> [Float] {
    var result = [Float](repeating: 0, count: outer * size * inner)
    for index in 0..<size {
      let from = max(offset + Float(index) / scale, 0), to = min(offset + Float(index + 1) / scale, Float(count))
      guard from < to else { continue }
      for input in Int(from)..<min(Int(to.rounded(.up)), count) {
        let share = (min(to, Float(input + 1)) - max(from, Float(input))) * scale
        for block in 0..<outer {
          for place in 0..<inner {
            result[(block * size + index) * inner + place] += share * source[(block * count + input) * inner + place]
          }
        }
      }
    }
    return result
  }
}
