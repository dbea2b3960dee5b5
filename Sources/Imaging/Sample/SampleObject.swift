/// An object that somebody marked in a picture.
public struct SampleObject: Sendable, Equatable {
  /// Around it, corners in pixels; may reach beyond the picture.
  public var box: Box
  /// Its zero-based class.
  public var label: Int
  /// Its pixels, in a mask of the picture's size.
  public var mask: Mask?
  /// Its named points, in the data set's order.
  public var keypoints: [SampleKeypoint]?
  /// Whether it stands for a group of objects that nobody told apart (COCO).
  public var isCrowd: Bool
  /// Whether it is hard to recognise, so that evaluation passes over it (Pascal VOC).
  public var isDifficult: Bool

  /// An object.
  public init(
    box: Box, label: Int, mask: Mask? = nil, keypoints: [SampleKeypoint]? = nil, isCrowd: Bool = false,
    isDifficult: Bool = false
  ) {
    self.box = box
    self.label = label
    self.mask = mask
    self.keypoints = keypoints
    self.isCrowd = isCrowd
    self.isDifficult = isDifficult
  }
}
