extension InputContract: CustomStringConvertible {
  /// One line for people: `224x224, shorter side to 256, middle cropped, bilinear, rgb, x/255, mean ..., deviation ...`.
  public var description: String {
    var parts = [size.map { "\($0.width)x\($0.height)" } ?? "any size"]
    switch fit {
    case .none: break
    case .stretch: parts.append("stretched")
    case .letterbox(let anchor, _):
      parts.append(anchor == .topLeft ? "letterboxed, upper left" : "letterboxed, centred")
    case .shortestSide(let side, let longest):
      parts.append("shorter side to \(side)" + (longest.map { " (longer at most \($0))" } ?? ""))
      if size != nil { parts.append("middle cropped") }
    }
    if multipleOf > 1 { parts.append("sides padded to multiples of \(multipleOf)") }
    if fit != .none { parts.append(filter.rawValue) }
    parts.append(channels.rawValue)
    parts.append(scale == 1 ? "0 to 255" : scale == 1 / 255 ? "0 to 1" : "times \(scale)")
    if mean.contains(where: { $0 != 0 }) { parts.append("mean \(mean)") }
    if standardDeviation.contains(where: { $0 != 1 }) { parts.append("deviation \(standardDeviation)") }
    return parts.joined(separator: ", ")
  }
}
