/// How a picture becomes a network's input. Declared beside the weights, and run by training and inference alike.
///
/// Resized by `filter` and placed by `fit`; then every byte b of a channel becomes (b * scale - mean) / standardDeviation,
/// in float32 as torchvision computes it. The JSON is flat: `{"size": [416, 416], "fit": "letterbox", "anchor": "topLeft",
/// "padding": 114, "filter": "opencv-bilinear", "channels": "bgr", "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]}`.
public struct InputContract: Sendable, Equatable {
  /// The order of the planes.
  public enum Channels: String, Sendable, Hashable, CaseIterable, Codable {
    case rgb, bgr, gray

    /// Planes: 1 or 3.
    public var count: Int { self == .gray ? 1 : 3 }
  }

  /// Where a letterboxed picture lies in the input.
  public enum Anchor: String, Sendable, Hashable, CaseIterable, Codable {
    /// In the upper left corner, as YOLOX has it. Boxes are mapped back by the one ratio, before rounding to pixels.
    case topLeft
    /// In the middle, as darknet has it. Boxes are mapped back by the rounded sizes.
    case center
  }

  /// How a picture of any proportions gets the input's size.
  public enum Fit: Sendable, Hashable {
    /// Not resized; cropped or padded around its middle where there is a `size`.
    case none
    /// Resized to `size`, whatever the proportions.
    case stretch
    /// Resized, in its proportions, to fit into `size`; the rest is padding.
    case letterbox(anchor: Anchor = .topLeft, allowsUpscaling: Bool = true)
    /// Resized until the shorter side has this length, or the longer side its bound; then cropped around its middle to
    /// `size` where there is one. As torchvision's `Resize` and `CenterCrop`.
    case shortestSide(Int, longestSide: Int? = nil)
  }

  /// The input's size; nil where it depends on the picture (`none` and `shortestSide` only).
  public var size: ImageSize?
  /// How the picture gets that size.
  public var fit: Fit
  /// Without a `size`, the input's sides are padded on the right and below to a multiple of this.
  public var multipleOf: Int
  /// What lies beside the picture, as bytes before scaling, 0 to 255 (halves are fine): one value, or one a channel.
  public var padding: [Double]
  /// How it is resized.
  public var filter: ResizeFilter
  /// The order of the planes.
  public var channels: Channels
  /// The factor of the bytes: 1 for 0 to 255, 1/255 for 0 to 1.
  public var scale: Double
  /// Subtracted after scaling, in the order of the planes.
  public var mean: [Double]
  /// Divided by after that, in the order of the planes.
  public var standardDeviation: [Double]

  /// A contract. Throws `ImageError.invalidContract` saying which value cannot be.
  public init(
    size: ImageSize?, fit: Fit, multipleOf: Int = 1, padding: [Double] = [0], filter: ResizeFilter = .bilinear,
    channels: Channels = .rgb, scale: Double = 1 / 255, mean: [Double]? = nil, standardDeviation: [Double]? = nil
  ) throws(ImageError) {
    self.size = size
    self.fit = fit
    self.multipleOf = multipleOf
    self.padding = padding
    self.filter = filter
    self.channels = channels
    self.scale = scale
    self.mean = mean ?? Array(repeating: 0, count: channels.count)
    self.standardDeviation = standardDeviation ?? Array(repeating: 1, count: channels.count)
    try validate()
  }

  /// The same for pictures that have their size already, as augmentation leaves them: cropped or padded around their middle to
  /// `size` where there is one, never resized.
  public func withoutResizing(to size: ImageSize?) -> InputContract {
    var contract = self
    contract.fit = .none
    contract.size = size
    return contract
  }

  /// YOLOX's: letterbox into the upper left on 114, BGR, 0 to 255.
  public static func yolox(_ size: ImageSize) throws(ImageError) -> InputContract {
    try InputContract(
      size: size, fit: .letterbox(anchor: .topLeft), padding: [114], filter: .opencvBilinear, channels: .bgr, scale: 1)
  }

  /// Darknet's: its letterbox in the middle of grey, RGB, 0 to 1.
  public static func darknet(_ size: ImageSize) throws(ImageError) -> InputContract {
    try InputContract(
      size: size, fit: .letterbox(anchor: .center), padding: [127.5], filter: .darknetBilinear, channels: .rgb)
  }

  /// torchvision's for ImageNet: shorter side to `resize`, the middle `crop` x `crop`, ImageNet's mean and deviation.
  public static func imageNet(resize: Int = 256, crop: Int = 224, filter: ResizeFilter = .bilinear) throws(ImageError)
    -> InputContract
  {
    try InputContract(
      size: ImageSize(width: crop, height: crop), fit: .shortestSide(resize), filter: filter,
      mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
  }
}
