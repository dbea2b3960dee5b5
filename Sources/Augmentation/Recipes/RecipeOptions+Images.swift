import Imaging

extension RecipeOptions {
  /// A size: one side for a square, `[height, width]` as torchvision has it, or a text `WIDTHxHEIGHT`.
  mutating func size(_ key: String = "size") throws(AugmentationError) -> ImageSize {
    guard let value = value(key) else { return try required(key, nil) }
    guard let size = Self.size(value) else {
      throw fault(key, value, "a side, [height, width], or a text such as '640x480' (width first)")
    }
    return size
  }

  /// Reads a size.
  static func size(_ value: RecipeValue) -> ImageSize? {
    if case .text(let text) = value {
      let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count == 2, let width = sides[0], let height = sides[1] else { return nil }
      return ImageSize(width: width, height: height)
    }
    guard let numbers = value.numbers, (1...2).contains(numbers.count), let height = Int(exactly: numbers[0]),
      let width = Int(exactly: numbers[numbers.count - 1])
    else { return nil }
    return ImageSize(width: width, height: height)
  }

  /// Paddings as left, top, right, bottom: of one number for all, two for sides and ends, or four.
  mutating func padding(_ key: String = "padding", _ standard: [Int]? = nil) throws(AugmentationError) -> [Int] {
    guard let value = value(key) else { return try required(key, standard) }
    let widths = (value.numbers ?? []).compactMap { Int(exactly: $0) }
    guard widths.count == value.numbers?.count, [1, 2, 4].contains(widths.count) else {
      throw fault(key, value, "1, 2 or 4 whole numbers (left, top, right, bottom)")
    }
    return (0..<4).map { widths[$0 % widths.count] }
  }

  /// A fill: a level, one a channel, or `{image: LEVELS, mask: CLASS}`. Null is none.
  mutating func fill(_ standard: Fill?) throws(AugmentationError) -> Fill? {
    guard let value = value("fill") else { return standard }
    if value == .null { return nil }
    if let levels = value.numbers { return try Fill(levels, owner: owner) }
    guard case .map(let parts) = value, parts.keys.allSatisfy({ $0 == "image" || $0 == "mask" }) else {
      throw fault("fill", value, "a level, a list of levels, or {image: LEVELS, mask: CLASS}")
    }
    guard let levels = (parts["image"] ?? 0).numbers, let index = (parts["mask"] ?? 0).integer else {
      throw fault("fill", value, "levels for 'image' and a whole number for 'mask'")
    }
    return try Fill(levels, mapClass: index, owner: owner)
  }

  /// A fill that cannot be none.
  mutating func solidFill() throws(AugmentationError) -> Fill { try fill(.zero) ?? .zero }

  /// How a resize makes its pixels; `antialias: false` takes OpenCV's bilinear.
  mutating func interpolation() throws(AugmentationError) -> Interpolation {
    let interpolation = try choice("interpolation", Interpolation.bilinear)
    let antialias = value("antialias")
    guard let antialias, antialias != true else { return interpolation }
    guard antialias == false || antialias == .null else { throw fault("antialias", antialias, "true or false") }
    switch interpolation {
    case .bilinear: return .opencvBilinear
    case .nearest, .nearestExact, .opencvBilinear, .darknetBilinear: return interpolation
    case .box, .hamming, .bicubic, .lanczos:
      throw .recipe(
        "\(owner): \(interpolation.rawValue) is always antialiased here; leave 'antialias' out or take bilinear")
    }
  }

  /// How a warp makes its pixels.
  mutating func warpInterpolation(_ standard: WarpInterpolation) throws(AugmentationError) -> WarpInterpolation {
    try choice("interpolation", standard)
  }

  /// A place in the picture; nil for its middle.
  mutating func center() throws(AugmentationError) -> (x: Double, y: Double)? {
    guard let value = value("center"), value != .null else { return nil }
    guard let numbers = value.numbers, numbers.count == 2 else { throw fault("center", value, "[x, y] in pixels") }
    return (numbers[0], numbers[1])
  }

  /// A range of factors around `center`: `[low, high]`, or how far to either side. Nil where absent.
  mutating func jitter(
    _ key: String, around center: Double, notBelow least: Double
  ) throws(AugmentationError) -> (Double, Double)? {
    guard let value = value(key), value != .null else { return nil }
    guard let numbers = value.numbers, (1...2).contains(numbers.count) else {
      throw fault(key, value, "a number or a list of two")
    }
    if numbers.count == 2 { return (numbers[0], numbers[1]) }
    guard numbers[0] >= 0 else { throw fault(key, value, "a number from 0 on, or a list of two") }
    return (max(center - numbers[0], least), center + numbers[0])
  }

  /// A range of angles: two, or one for either side of zero.
  mutating func angles(_ key: String, _ standard: (Double, Double)? = nil) throws(AugmentationError) -> (Double, Double)
  {
    guard let value = value(key), value != .null else { return try required(key, standard) }
    guard let numbers = value.numbers, (1...2).contains(numbers.count) else {
      throw fault(key, value, "an angle or a list of two")
    }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (-abs(numbers[0]), abs(numbers[0]))
  }
}
