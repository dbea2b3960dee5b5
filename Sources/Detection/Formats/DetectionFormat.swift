/// A file format that detections are written in, beside the annotated pictures.
public enum DetectionFormat: String, Sendable, CaseIterable {
  /// `detections.json`: the results format of COCO.
  case coco
  /// `Annotations/NAME.xml`: Pascal VOC, one file an image.
  case voc
  /// `labels/NAME.txt`: class, centre, size (0 to 1 of the image) and score, one line a detection.
  case yolo
  /// `detections.csv`: one line a detection.
  case csv
}

/// The detections of one picture, as the writers of formats get them.
public struct ImageDetections: Sendable {
  /// The input's name as given.
  public var image: String
  /// Base name for files made of it, unique in the run.
  public var stem: String
  /// Pixels a row of the upright picture.
  public var width: Int
  /// Rows of the upright picture.
  public var height: Int
  /// The detections, best first.
  public var detections: [Detection]

  /// The detections of one picture.
  public init(image: String, stem: String, width: Int, height: Int, detections: [Detection]) {
    self.image = image
    self.stem = stem
    self.width = width
    self.height = height
    self.detections = detections
  }
}
