import CKernels

extension InputContract {
  /// The picture as this contract's network wants it. Alpha is dropped; grey and colour are converted to each other.
  ///
  /// Throws `ImageError` for a contract with impossible values, or a picture that would become too large.
  public func prepare(_ image: Image) throws(ImageError) -> PreparedImage {
    try validate()
    let layout = try layout(for: image.size)
    let picture = try resize(image, for: layout)
    let values = [Float](unsafeUninitializedCapacity: channels.count * layout.input.width * layout.input.height) {
      buffer, count in
      guard let target = buffer.baseAddress else { return }
      write(picture, layout, to: target)
      count = buffer.count
    }
    return PreparedImage(
      values: values, channels: channels.count, height: layout.input.height, width: layout.input.width,
      placement: layout.placement)
  }

  /// Writes `[channels, height, width]` floats of the input to `target`, which has room for them: a slot of a batch whose
  /// pictures share the input's size. Returns where the picture lies. Throws as `prepare(_:)`.
  package func prepare(_ image: Image, into target: UnsafeMutablePointer<Float>) throws(ImageError) -> Placement {
    try validate()
    let layout = try layout(for: image.size)
    write(try resize(image, for: layout), layout, to: target)
    return layout.placement
  }

  /// The bytes at the resized size. Darknet's filter works on floats, later.
  private func resize(_ image: Image, for layout: InputLayout) throws(ImageError) -> Image {
    // Grey stays one channel in a colour input: its planes are alike.
    let picture =
      channels == .gray ? image.converted(to: .gray) : image.format == .rgba ? image.converted(to: .rgb) : image
    guard filter != .darknetBilinear else { return picture }
    return try picture.resized(width: layout.resized.width, height: layout.resized.height, filter: filter)
  }

  /// What a byte, or a value between two bytes, becomes in a plane.
  private func value(_ byte: Double, _ channel: Int) -> Float {
    (Float(byte * scale) - Float(mean[channel])) / Float(standardDeviation[channel])
  }

  private func write(_ picture: Image, _ layout: InputLayout, to target: UnsafeMutablePointer<Float>) {
    let (width, height) = (layout.input.width, layout.input.height)
    // What of the resized picture is in the input.
    let left = max(layout.offsetX, 0), right = min(layout.offsetX + layout.resized.width, width)
    let top = max(layout.offsetY, 0), bottom = min(layout.offsetY + layout.resized.height, height)
    if left > 0 || top > 0 || right < width || bottom < height {
      for channel in 0..<channels.count {
        let fill = value(padding[padding.count == 1 ? 0 : channel], channel)
        (target + channel * width * height).update(repeating: fill, count: width * height)
      }
    }
    guard left < right, top < bottom else { return }
    let area = (x: left, y: top, width: right - left, height: bottom - top)
    if filter == .darknetBilinear {
      writeFloats(picture, layout, area, to: target)
    } else {
      writeBytes(picture, layout, area, to: target)
    }
  }

  private typealias Area = (x: Int, y: Int, width: Int, height: Int)

  /// The source channel of every plane.
  private func order(_ picture: Image) -> [Int32] {
    if picture.format == .gray { return Array(repeating: 0, count: channels.count) }
    return channels == .bgr ? [2, 1, 0] : [0, 1, 2]
  }

  private func writeBytes(_ picture: Image, _ layout: InputLayout, _ area: Area, to target: UnsafeMutablePointer<Float>)
  {
    let planes = channels.count
    let tables = (0..<planes).flatMap { channel in (0...255).map { value(Double($0), channel) } }
    let arithmetic = exactArithmetic(tables)
    let order = order(picture)
    let isa = ImageKernels.isa
    let (plane, stride) = (layout.input.width * layout.input.height, picture.width * picture.channels)
    picture.pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      let first = source + (area.y - layout.offsetY) * stride + (area.x - layout.offsetX) * picture.channels
      ImageKernels.rows(area.height, cost: 6 * planes * area.width) { rows in
        for y in rows {
          let row = target + (area.y + y) * layout.input.width + area.x
          let pointers: [UnsafeMutablePointer<Float>?] = (0..<planes).map { row + $0 * plane }
          if let (multiply, add) = arithmetic {
            vk_planes_by_arithmetic(
              isa, first + y * stride, picture.channels, multiply, add, order, planes, pointers, area.width)
          } else {
            vk_planes_by_table(first + y * stride, picture.channels, tables, order, planes, pointers, area.width)
          }
        }
      }
    }
  }

  /// Factors and summands that give every entry of the tables bit for bit, where there are such: arithmetic is faster.
  private func exactArithmetic(_ tables: [Float]) -> (multiply: [Float], add: [Float])? {
    let multiply = (0..<channels.count).map { Float(scale / standardDeviation[$0]) }
    let add = (0..<channels.count).map { Float(0 - mean[$0] / standardDeviation[$0]) }
    for (index, entry) in tables.enumerated() {
      let product = Float(index & 255) * multiply[index >> 8]
      guard product + add[index >> 8] == entry else { return nil }
    }
    return (multiply, add)
  }

  private func writeFloats(
    _ picture: Image, _ layout: InputLayout, _ area: Area, to target: UnsafeMutablePointer<Float>
  ) {
    let order = order(picture)
    let (plane, width) = (layout.input.width * layout.input.height, layout.resized.width)
    let factor = Float(scale * 255)
    let (means, deviations) = (mean.map { Float($0) }, standardDeviation.map { Float($0) })
    DarknetResizer.rows(of: picture, width: width, height: layout.resized.height) { y, samples in
      let place = y + layout.offsetY
      guard place >= area.y, place < area.y + area.height else { return }
      for channel in 0..<order.count {
        let from = samples + Int(order[channel]) * width + (area.x - layout.offsetX)
        let to = target + channel * plane + place * layout.input.width + area.x
        let (mean, deviation) = (means[channel], deviations[channel])
        for x in 0..<area.width { to[x] = (from[x] * factor - mean) / deviation }
      }
    }
  }
}
