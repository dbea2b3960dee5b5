extension InputContract {
  /// Sides that an input may have.
  private static let sides = 1...16384

  /// Throws `ImageError.invalidContract` where a value cannot be: an empty size, a deviation of zero, a wrong count.
  public func validate() throws(ImageError) {
    if let size {
      try check(
        Self.sides.contains(size.width) && Self.sides.contains(size.height), "size", "\(size)", "sides of 1 to 16384")
    }
    switch fit {
    case .none: break
    case .stretch, .letterbox: try check(size != nil, "size", "nothing", "[width, height] for this fit")
    case .shortestSide(let side, let longest):
      try check(Self.sides.contains(side), "shortestSide", "\(side)", "1 to 16384")
      if let longest {
        try check(longest >= side && Self.sides.contains(longest), "longestSide", "\(longest)", "\(side) to 16384")
      }
    }
    try check((1...1024).contains(multipleOf), "multipleOf", "\(multipleOf)", "1 to 1024")
    if let size {
      try check(
        size.width % multipleOf == 0 && size.height % multipleOf == 0, "size", "\(size)", "a multiple of \(multipleOf)")
    }
    let count = channels.count
    try check(
      (padding.count == 1 || padding.count == count) && padding.allSatisfy { $0 >= 0 && $0 <= 255 }, "padding",
      "\(padding)", "one value or \(count), each 0 to 255")
    try check(scale.isFinite && scale != 0, "scale", "\(scale)", "a number other than 0")
    try check(mean.count == count && mean.allSatisfy(\.isFinite), "mean", "\(mean)", "\(count) numbers")
    try check(
      standardDeviation.count == count && standardDeviation.allSatisfy { $0.isFinite && Float($0) > 0 }, "std",
      "\(standardDeviation)", "\(count) numbers above 0")
  }

  private func check(_ holds: Bool, _ name: String, _ found: String, _ wanted: String) throws(ImageError) {
    guard holds else { throw .invalidContract("`\(name)` is \(found), expected \(wanted)") }
  }
}
