import Imaging

/// What stands where a moved picture has no pixels.
public struct Fill: Sendable, Hashable {
  /// Levels 0 to 255: one for all channels, or one a channel.
  public let levels: [Double]
  /// The class of such pixels in a class map. Instance masks have none there.
  public let mapClass: UInt8

  /// A fill. Throws `AugmentationError.parameter` for levels that are not 0 to 255, or not 1, 3 or 4 of them.
  public init(_ levels: [Double] = [0], mapClass: Int = 0, owner: String = "fill") throws(AugmentationError) {
    guard [1, 3, 4].contains(levels.count), levels.allSatisfy({ $0 >= 0 && $0 <= 255 }) else {
      throw .parameter(owner, "a fill of \(levels); expected 1 or 3 levels from 0 to 255")
    }
    guard let mapClass = UInt8(exactly: mapClass) else {
      throw .parameter(owner, "a fill of class \(mapClass); expected 0 to 255")
    }
    self.levels = levels
    self.mapClass = mapClass
  }

  private init(unchecked levels: [Double]) {
    self.levels = levels
    mapClass = 0
  }

  /// Black, and the background's class.
  public static let zero = Fill(unchecked: [0])

  /// The levels of a picture with so many channels: colours of grey pictures are their first, alpha is full.
  func channels(_ count: Int) -> [Double] {
    if levels.count == 1 { return (0..<count).map { $0 == 3 ? 255 : levels[0] } }
    return (0..<count).map { $0 < levels.count ? levels[$0] : 255 }
  }

  /// The same as bytes, cut to whole numbers as PyTorch casts them.
  func bytes(_ count: Int) -> [UInt8] { channels(count).map { UInt8($0) } }

  /// What a layer is filled with.
  func levels(for layer: ImageLayer, channels: Int) -> [Double] {
    switch layer {
    case .picture: self.channels(channels)
    case .classes: [Double(mapClass)]
    case .mask: [0]
    }
  }
}
