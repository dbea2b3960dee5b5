extension InputContract {
  /// A picture's map of classes in the network's input: moved as `prepare(_:)` moves the picture, by the nearest pixels, with
  /// `void` where there is no picture. Throws as `prepare(_:)`.
  public func prepare(_ map: ClassMap, void: UInt8) throws(ImageError) -> ClassMap {
    try validate()
    let layout = try layout(for: map.size), input = layout.input
    var source = try Image(width: map.width, height: map.height, format: .gray, pixels: map.classes)
    source = try source.resized(width: layout.resized.width, height: layout.resized.height, filter: .nearest)
    let left = max(layout.offsetX, 0), right = min(layout.offsetX + source.width, input.width)
    let top = max(layout.offsetY, 0), bottom = min(layout.offsetY + source.height, input.height)
    var classes = [UInt8](repeating: void, count: input.width * input.height)
    if left < right, top < bottom {
      for y in top..<bottom {
        let from = (y - layout.offsetY) * source.width - layout.offsetX
        classes.replaceSubrange(
          y * input.width + left..<y * input.width + right, with: source.pixels[from + left..<from + right])
      }
    }
    return try ClassMap(width: input.width, height: input.height, classes: classes)
  }
}
