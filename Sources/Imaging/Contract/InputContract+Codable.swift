extension InputContract: Codable {
  package enum CodingKeys: String, CodingKey, CaseIterable {
    case size, fit, anchor, allowsUpscaling, shortestSide, longestSide, multipleOf, padding, filter, channels, scale,
      mean
    case standardDeviation = "std"
  }

  private enum FitName: String, Codable { case none, stretch, letterbox, shortestSide }

  /// Reads the flat object. Left out, `anchor` is topLeft, `padding` 0, `filter` bilinear, `channels` rgb, `scale` 1/255,
  /// `mean` zeros and `std` ones. Throws `DecodingError`, or `ImageError.invalidContract` for values that cannot be.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let fit: Fit
    switch try values.decode(FitName.self, forKey: .fit) {
    case .none: fit = .none
    case .stretch: fit = .stretch
    case .letterbox:
      fit = .letterbox(
        anchor: try values.decodeIfPresent(Anchor.self, forKey: .anchor) ?? .topLeft,
        allowsUpscaling: try values.decodeIfPresent(Bool.self, forKey: .allowsUpscaling) ?? true)
    case .shortestSide:
      fit = .shortestSide(
        try values.decode(Int.self, forKey: .shortestSide),
        longestSide: try values.decodeIfPresent(Int.self, forKey: .longestSide))
    }
    let padding: [Double]
    if let one = try? values.decode(Double.self, forKey: .padding) {
      padding = [one]
    } else {
      padding = try values.decodeIfPresent([Double].self, forKey: .padding) ?? [0]
    }
    try self.init(
      size: values.decodeIfPresent(ImageSize.self, forKey: .size), fit: fit,
      multipleOf: values.decodeIfPresent(Int.self, forKey: .multipleOf) ?? 1, padding: padding,
      filter: values.decodeIfPresent(ResizeFilter.self, forKey: .filter) ?? .bilinear,
      channels: values.decodeIfPresent(Channels.self, forKey: .channels) ?? .rgb,
      scale: values.decodeIfPresent(Double.self, forKey: .scale) ?? 1 / 255,
      mean: values.decodeIfPresent([Double].self, forKey: .mean),
      standardDeviation: values.decodeIfPresent([Double].self, forKey: .standardDeviation))
  }

  /// Writes the flat object, in full but for keys that do not apply.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encodeIfPresent(size, forKey: .size)
    switch fit {
    case .none: try values.encode(FitName.none, forKey: .fit)
    case .stretch: try values.encode(FitName.stretch, forKey: .fit)
    case .letterbox(let anchor, let allowsUpscaling):
      try values.encode(FitName.letterbox, forKey: .fit)
      try values.encode(anchor, forKey: .anchor)
      if !allowsUpscaling { try values.encode(false, forKey: .allowsUpscaling) }
    case .shortestSide(let side, let longest):
      try values.encode(FitName.shortestSide, forKey: .fit)
      try values.encode(side, forKey: .shortestSide)
      try values.encodeIfPresent(longest, forKey: .longestSide)
    }
    if multipleOf != 1 { try values.encode(multipleOf, forKey: .multipleOf) }
    if padding.count == 1 {
      try values.encode(padding[0], forKey: .padding)
    } else {
      try values.encode(padding, forKey: .padding)
    }
    try values.encode(filter, forKey: .filter)
    try values.encode(channels, forKey: .channels)
    try values.encode(scale, forKey: .scale)
    try values.encode(mean, forKey: .mean)
    try values.encode(standardDeviation, forKey: .standardDeviation)
  }
}
