/// What a set of weights forces on the network, where that is not what its model has anyway.
///
/// Heads that only training uses are not told here: the file's own keys show them.
public struct ManifestOptions: Sendable, Equatable, Codable {
  /// Number of classes, as the reference implementation counts them.
  public let classes: Int?
  /// Whether the network takes its normalised input to -1 ... 1 first (torchvision's GoogLeNet and Inception).
  public let transformsInput: Bool
  /// The epsilon of the backbone's frozen normalisations (torchvision's first detectors were trained with 0).
  public let normEpsilon: Double?
  /// The side of the square input that the positions were trained for (vision transformers).
  public let imageSize: Int?
  /// The side of the smallest default boxes as a share of the input's (SSDLite).
  public let minRatio: Double?
  /// What it may be.
  public static let minRatios = 0.01...0.9

  /// Options; nothing is forced where all are left out.
  public init(
    classes: Int? = nil, transformsInput: Bool = false, normEpsilon: Double? = nil, imageSize: Int? = nil,
    minRatio: Double? = nil
  ) {
    self.classes = classes
    self.transformsInput = transformsInput
    self.normEpsilon = normEpsilon
    self.imageSize = imageSize
    self.minRatio = minRatio
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case classes, transformsInput, normEpsilon, imageSize, minRatio }

  /// Reads a manifest's entry; every value is checked here.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    classes = try values.decodeIfPresent(Int.self, forKey: .classes)
    transformsInput = try values.decodeIfPresent(Bool.self, forKey: .transformsInput) ?? false
    normEpsilon = try values.decodeIfPresent(Double.self, forKey: .normEpsilon)
    imageSize = try values.decodeIfPresent(Int.self, forKey: .imageSize)
    minRatio = try values.decodeIfPresent(Double.self, forKey: .minRatio)
    if let classes, !(1...1_000_000).contains(classes) {
      throw values.fault(.classes, "is not a number of classes: \(classes)")
    }
    if let normEpsilon, !(0...1).contains(normEpsilon) {
      throw values.fault(.normEpsilon, "is not between 0 and 1: \(normEpsilon)")
    }
    if let imageSize, !(1...16384).contains(imageSize) {
      throw values.fault(.imageSize, "is not a side of 1 to 16384: \(imageSize)")
    }
    if let minRatio, !Self.minRatios.contains(minRatio) {
      throw values.fault(.minRatio, "is not between 0.01 and 0.9: \(minRatio)")
    }
  }
}
