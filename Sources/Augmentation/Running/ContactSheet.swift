import Imaging

/// Samples side by side on one picture, their boxes, masks, keypoints and class maps drawn onto them.
public struct ContactSheet: Sendable {
  /// The longer side of each sample on the sheet, in pixels.
  public var cell = 256
  /// Pixels around each.
  public var margin = 8
  /// What stands between them, a level.
  public var background: UInt8 = 244
  /// The classes' names.
  public var labels: [String] = []

  /// A sheet with the standard sizes.
  public init() {}

  /// The sheet, as nearly square as whole rows allow. Throws `AugmentationError.sample` where there are no samples.
  public func image(of samples: [Sample]) throws(AugmentationError) -> Image {
    guard !samples.isEmpty else { throw .sample("a contact sheet", "there are no samples") }
    let columns = Int(Double(samples.count).squareRoot().rounded(.up))
    let rows = (samples.count + columns - 1) / columns
    var cells: [Image] = []
    for sample in samples { cells.append(try drawn(sample)) }
    let step = cell + margin
    let (width, height) = (columns * step + margin, rows * step + margin)
    return try Image.made(width, height, .rgb) { target in
      target.update(repeating: background, count: 3 * width * height)
      for (index, image) in cells.enumerated() {
        let left = margin + index % columns * step + (cell - image.width) / 2
        let top = margin + index / columns * step + (cell - image.height) / 2
        image.pixels.withUnsafeBufferPointer { source in
          guard let source = source.baseAddress else { return }
          for y in 0..<image.height {
            (target + 3 * ((top + y) * width + left)).update(from: source + y * image.stride, count: image.stride)
          }
        }
      }
    }
  }

  /// A sample in its cell's size with what is known of it: resized first, so that lines and labels stay sharp.
  private func drawn(_ sample: Sample) throws(AugmentationError) -> Image {
    let sample = try Resize(.longestSide(cell)).apply(to: sample)
    let annotations = (sample.objects ?? []).map { object in
      let points = (object.keypoints ?? []).filter { $0.visibility > 0 }.map { Figure.Point(x: $0.x, y: $0.y) }
      return Annotation(
        box: object.box, label: labels.indices.contains(object.label) ? labels[object.label] : "\(object.label)",
        classIndex: object.label, mask: object.mask, figure: points.isEmpty ? nil : Figure(points: points))
    }
    return try imaging { () throws(ImageError) in
      var image = sample.image.converted(to: .rgb)
      if let map = sample.classMap { image = try image.drawing(map, labels: labels) }
      return annotations.isEmpty ? image : try image.drawing(annotations)
    }
  }
}
