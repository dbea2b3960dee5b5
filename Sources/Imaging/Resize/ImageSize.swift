/// A width and a height in pixels, in JSON `[width, height]`.
public struct ImageSize: Sendable, Hashable, Codable, CustomStringConvertible {
  /// Pixels a row.
  public var width: Int
  /// Rows.
  public var height: Int

  /// A size in pixels.
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  /// Reads `[width, height]`.
  public init(from decoder: any Decoder) throws {
    var list = try decoder.unkeyedContainer()
    width = try list.decode(Int.self)
    height = try list.decode(Int.self)
    guard list.isAtEnd else {
      throw DecodingError.dataCorruptedError(in: list, debugDescription: "a size is [width, height]")
    }
  }

  /// Writes `[width, height]`.
  public func encode(to encoder: any Encoder) throws {
    var list = encoder.unkeyedContainer()
    try list.encode(width)
    try list.encode(height)
  }

  /// `WxH`.
  public var description: String { "\(width)x\(height)" }

  /// This size with its shorter side scaled to `side`, the longer one rounded down, as torchvision's `Resize(side)`;
  /// `longest`, where given, then bounds the longer side (its `max_size`).
  public func scaled(shortestSide side: Int, longestSide longest: Int? = nil) -> ImageSize {
    let (short, long) = (min(width, height), max(width, height))
    var newShort = side
    var newLong = Self.quotient(side, long, short)
    if let longest, newLong > longest {
      newShort = Self.quotient(longest, newShort, newLong)
      newLong = longest
    }
    return oriented(short: newShort, long: newLong)
  }

  /// This size with its longer side scaled to `side`, the shorter one rounded down.
  public func scaled(longestSide side: Int) -> ImageSize {
    oriented(short: Self.quotient(side, min(width, height), max(width, height)), long: side)
  }

  private func oriented(short: Int, long: Int) -> ImageSize {
    let (short, long) = (max(short, 1), max(long, 1))
    return width <= height ? ImageSize(width: short, height: long) : ImageSize(width: long, height: short)
  }

  /// `a * b / c` cut to an integer, computed as Python divides integers; bounded, so that no size overflows.
  private static func quotient(_ a: Int, _ b: Int, _ c: Int) -> Int {
    Int(min(Double(a) * Double(b) / Double(max(c, 1)), 1e15))
  }
}

extension Image {
  /// The picture's size.
  public var size: ImageSize { ImageSize(width: width, height: height) }
}
