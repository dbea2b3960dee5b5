/// What a set of weights forces on the network that it is loaded into.
public struct NetworkOptions: Sendable, Hashable, Codable {
  /// Number of classes, as the reference implementation counts them (torchvision's detectors count the background).
  public var classes: Int
  /// Whether the heads that only training uses are there (GoogLeNet, Inception, FCN, DeepLab).
  public var hasAuxiliaryHeads: Bool
  /// Whether an input normalised by ImageNet's mean and deviation is taken to -1 ... 1 first (GoogLeNet, Inception).
  public var transformsInput: Bool
  /// The epsilon of the backbone's normalisations where it is not the model's own (torchvision's first detectors: 0).
  public var normEpsilon: Double?
  /// The side of the square input that positions were trained for, where it is not the model's own (vision transformers).
  public var imageSize: Int?
  /// The side of the smallest default boxes as a share of the input's, where it is not the model's own (SSDLite).
  public var minRatio: Double?

  /// Options.
  public init(
    classes: Int, hasAuxiliaryHeads: Bool = false, transformsInput: Bool = false, normEpsilon: Double? = nil,
    imageSize: Int? = nil, minRatio: Double? = nil
  ) {
    self.classes = classes
    self.hasAuxiliaryHeads = hasAuxiliaryHeads
    self.transformsInput = transformsInput
    self.normEpsilon = normEpsilon
    self.imageSize = imageSize
    self.minRatio = minRatio
  }
}
