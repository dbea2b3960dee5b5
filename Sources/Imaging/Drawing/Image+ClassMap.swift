extension Image {
  /// The picture in RGB with the regions of a class map tinted, outlined and labelled.
  ///
  /// `labels` are the names of the classes, `opacity` (0 to 1) says how much of its colour a region has. `background` is the
  /// class that stays as it is; nil to tint all. Throws `ImageError.invalidMask` for a map of another size.
  public func drawing(
    _ map: ClassMap, labels: [String], background: Int? = 0, opacity: Float = 0.5, style: AnnotationStyle? = nil
  ) throws(ImageError) -> Image {
    guard map.size == size else { throw .invalidMask("\(map.size) on a picture of \(size)") }
    let style = style ?? AnnotationStyle(for: size)
    var canvas = Canvas(self)
    let distances = RegionDistance(map).values
    let colors = (0..<256).map { Color.ofClass($0) }
    let line = UInt16(max((style.lineWidth / 2).rounded(), 1))
    let outline = opacity > 0 ? min(opacity + 0.4, 1) : 0
    // Where each class is widest: its label's place.
    var widest = [(radius: Int, x: Int, y: Int)](repeating: (0, 0, 0), count: 256)
    for y in 0..<height {
      for x in 0..<width {
        let place = y * width + x
        let index = Int(map.classes[place])
        guard index != background else { continue }
        canvas.paint(x: x, y: y, colors[index], opacity: distances[place] <= line ? outline : opacity)
        let radius = min(Int(distances[place]), x + 1, y + 1, width - x, height - y)
        if radius > widest[index].radius { widest[index] = (radius, x, y) }
      }
    }
    let counts = map.pixelCounts
    var taken: [Box] = []
    let order = widest.indices.filter { widest[$0].radius > 0 }
      .sorted { (counts[$0], $1) > (counts[$1], $0) }
    for index in order where opacity > 0 {
      let text = labels.indices.contains(index) ? labels[index] : "class \(index)"
      guard let label = Label(text, style.textSize, in: size) else { continue }
      // Specks would be hidden by their labels.
      guard 3 * widest[index].radius >= label.height else { continue }
      let middle = Box(
        centerX: Float(widest[index].x), centerY: Float(widest[index].y), width: Float(label.width),
        height: Float(label.height))
      let shifts = [0, 1.1, -1.1, 2.2, -2.2].map { middle.translated(x: 0, y: Float($0) * Float(label.height)) }
      let places = shifts.map { LabelLayout.kept($0, in: size) }
      guard let place = places.first(where: { place in taken.allSatisfy { ($0.intersection(place)?.area ?? 0) == 0 } })
      else { continue }
      taken.append(place)
      canvas.fill(place, radius: label.textSize * 0.2, colors[index])
      canvas.paint(
        label.line.coverage, columns: label.line.width, left: Int(place.x1) + label.padding,
        top: Int(place.y1) + label.textTop, colors[index].readableText)
    }
    return canvas.image
  }
}
