extension Image {
  /// The picture in RGB with annotations drawn onto it: masks below, then boxes, then figures, then labels, which
  /// stay inside the picture.
  ///
  /// Where labels compete for a place the earlier annotation wins, so give the most certain first. Boxes are clipped to the
  /// picture; those with edges that are not finite are left out. Throws `ImageError.invalidMask` for a mask of another size.
  public func drawing(_ annotations: [Annotation], style: AnnotationStyle? = nil) throws(ImageError) -> Image {
    let style = style ?? AnnotationStyle(for: size)
    for mask in annotations.compactMap(\.mask) where mask.width != width || mask.height != height {
      throw .invalidMask("\(mask.width)x\(mask.height) on a picture of \(size)")
    }
    var canvas = Canvas(self)
    let visible = annotations.filter { annotation in
      let clipped = annotation.box.clipped(to: size)
      return annotation.box.isFinite && clipped.width > 0 && clipped.height > 0
    }
    // The first annotation comes on top.
    for annotation in annotations.reversed() {
      guard let mask = annotation.mask else { continue }
      canvas.fill(mask, annotation.color, opacity: style.maskOpacity, outline: min(style.maskOpacity * 2, 1))
    }
    for annotation in visible.reversed() {
      let box = frame(annotation.box, style)
      // A dark rim keeps the line visible on its own colour.
      canvas.stroke(
        box, width: style.lineWidth + max(style.lineWidth * 0.5, 1.5), radius: style.lineWidth, .black, opacity: 0.3)
      canvas.stroke(box, width: style.lineWidth, radius: style.lineWidth, annotation.color)
    }
    for annotation in annotations.reversed() {
      if let figure = annotation.figure { canvas.draw(figure, width: style.lineWidth, annotation.color) }
    }
    var layout = LabelLayout(size: size)
    for annotation in visible { draw(annotation, style, &layout, on: &canvas) }
    return canvas.image
  }

  /// The box with its lines inside the picture.
  private func frame(_ box: Box, _ style: AnnotationStyle) -> Box {
    let edge = min(style.lineWidth / 2, Float(min(width, height)) / 2)
    func kept(_ value: Float, _ side: Int) -> Float { min(max(value, edge), Float(side) - edge) }
    return Box(x1: kept(box.x1, width), y1: kept(box.y1, height), x2: kept(box.x2, width), y2: kept(box.y2, height))
  }

  private func draw(
    _ annotation: Annotation, _ style: AnnotationStyle, _ layout: inout LabelLayout, on canvas: inout Canvas
  ) {
    guard let label = Label(annotation.text(showsScore: style.showsScores), style.textSize, in: size) else { return }
    let box = frame(annotation.box, style)
    let place = layout.place(width: Float(label.width), height: Float(label.height), at: box, edge: style.lineWidth / 2)
    let color = annotation.color
    canvas.fill(place, radius: min(style.lineWidth, label.textSize * 0.2), color)
    canvas.paint(
      label.line.coverage, columns: label.line.width, left: Int(place.x1) + label.padding,
      top: Int(place.y1) + label.textTop, color.readableText)
  }
}

/// A label's text, set so that it fits into the picture.
struct Label {
  let line: TextLine
  let textSize: Float
  /// Pixels left and right of the text.
  let padding: Int
  /// From the label's upper edge to the text's.
  let textTop: Int
  let width: Int
  let height: Int

  /// Nil for a text that is empty, or a picture too small to read anything in.
  init?(_ text: String, _ size: Float, in picture: ImageSize) {
    // One line of at most a hundred characters.
    var text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(100).map { $0.value < 32 ? " " : $0 }))
    var size = min(size, Float(picture.height) / 1.6)
    let smallest: Float = 7
    guard !text.isEmpty, size >= smallest else { return nil }
    func needed(_ text: String) -> Float { Float(TextLine.width(of: text, size: size) + 2 * Self.padding(size)) }
    let excess = needed(text) / Float(picture.width)
    if excess > 1 { size = max(size / excess * 0.97, smallest) }
    while needed(text) > Float(picture.width) {
      guard text.count > 2 else { return nil }
      text = String(text.dropLast(2)) + "…"
    }
    line = TextLine(text, size: size)
    textSize = size
    padding = Self.padding(size)
    // The line has room for accents above its letters, which most labels do not use: the label is centred on the capitals.
    let capital = Int((size * 0.73).rounded())
    let margin = max(Int((size * 0.28).rounded()), 2)
    textTop = margin + capital - line.baseline
    height = capital + 2 * margin
    width = min(line.width + 2 * padding, picture.width)
  }

  private static func padding(_ size: Float) -> Int { max(Int((size * 0.3).rounded()), 2) }
}
