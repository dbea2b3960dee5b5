/// A picture with what is known of it: what a data set gives, augmentation changes and a network learns from. A value.
///
/// All places are in pixels of `image`; masks and the class map have its size.
public struct Sample: Sendable, Equatable {
  /// The picture.
  public var image: Image
  /// The class of the whole picture.
  public var label: Int?
  /// Where pictures were mixed, the classes and their shares, which sum to 1; they take the place of `label`.
  public var labelShares: [LabelShare]?
  /// The objects in the picture; nil where nobody looked for any.
  public var objects: [SampleObject]?
  /// The class of every pixel.
  public var classMap: ClassMap?
  /// How the bytes become a network's numbers; nil for bytes / 255.
  public var normalization: ImageNormalization?

  /// A sample.
  public init(
    image: Image, label: Int? = nil, labelShares: [LabelShare]? = nil, objects: [SampleObject]? = nil,
    classMap: ClassMap? = nil, normalization: ImageNormalization? = nil
  ) {
    self.image = image
    self.label = label
    self.labelShares = labelShares
    self.objects = objects
    self.classMap = classMap
    self.normalization = normalization
  }

  /// The picture's size.
  public var size: ImageSize { image.size }
}
