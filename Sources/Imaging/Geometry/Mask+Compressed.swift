extension Mask {
  /// COCO's compressed `counts`: each run as the difference to the run two before, in groups of 5 bits from the lowest, as
  /// characters from `0` on.
  public var compressedCounts: String {
    var text: [UInt8] = []
    for index in counts.indices {
      var value = Int(counts[index])
      if index > 2 { value -= Int(counts[index - 2]) }
      var more = true
      while more {
        var group = value & 31
        value >>= 5
        more = group & 16 != 0 ? value != -1 : value != 0
        if more { group |= 32 }
        text.append(UInt8(group + 48))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A mask of COCO's compressed `counts`. Throws `ImageError.invalidMask` for text that is none of this size.
  public init(width: Int, height: Int, compressedCounts text: String) throws(ImageError) {
    _ = try Self.checkedArea(width, height)
    var counts: [Int] = []
    var value = 0, shift = 0
    for (place, character) in text.utf8.enumerated() {
      guard (48..<112).contains(character), shift <= 35 else {
        throw .invalidMask("character \(place) of its counts is not of COCO's run lengths")
      }
      let group = Int(character) - 48
      value |= (group & 31) << shift
      shift += 5
      guard group & 32 == 0 else { continue }
      if group & 16 != 0 { value |= -1 << shift }
      if counts.count > 2 { value += counts[counts.count - 2] }
      counts.append(value)
      (value, shift) = (0, 0)
    }
    guard shift == 0 else { throw .invalidMask("its counts end in the middle of a number") }
    try self.init(width: width, height: height, counts: counts)
  }
}

extension Mask: Codable {
  private enum CodingKeys: String, CodingKey { case size, counts }

  /// Reads `{"size": [height, width], "counts": TEXT}`, or with the runs as a list of numbers.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let size = try values.decode([Int].self, forKey: .size)
    guard size.count == 2 else {
      throw DecodingError.dataCorruptedError(
        forKey: .size, in: values, debugDescription: "a mask's size is [height, width]")
    }
    if let text = try? values.decode(String.self, forKey: .counts) {
      try self.init(width: size[1], height: size[0], compressedCounts: text)
    } else {
      try self.init(width: size[1], height: size[0], counts: values.decode([Int].self, forKey: .counts))
    }
  }

  /// Writes `{"size": [height, width], "counts": TEXT}`.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode([height, width], forKey: .size)
    try values.encode(compressedCounts, forKey: .counts)
  }
}
