/// How a data set is laid out.
public enum DatasetFormat: String, Sendable, Hashable, CaseIterable {
  /// `SPLIT/CLASS/PICTURE` or `CLASS/PICTURE`.
  case imageFolder = "image-folder"
  /// Pascal VOC: `Annotations/NAME.xml`, `JPEGImages`, `ImageSets`, `SegmentationClass`, `SegmentationObject`.
  case voc
  /// COCO: JSON files of images, annotations and categories.
  case coco
  /// YOLO: `labels/NAME.txt` of boxes or polygons, `data.yaml` or `classes.txt`.
  case yolo
  /// Pictures and indexed or coloured PNG masks in folders.
  case masks
  /// MNIST's `idx3` and `idx1` files, also `.gz`.
  case idx
  /// CIFAR-10's and CIFAR-100's binary batches.
  case cifar
  /// A table of pictures with labels or boxes.
  case csv
  /// Pictures in a folder and those below it, of which nothing is known; never found out, only named.
  case photos
}

/// What a caller says about a data set that its files do not.
public struct DatasetOptions: Sendable, Hashable {
  /// The format; nil detects it.
  public var format: DatasetFormat?
  /// Only this part, such as `train`; nil takes all.
  public var split: String?
  /// The annotations to take where there are several: a file, or a folder that holds them.
  public var annotations: String?
  /// What an archive may ask for.
  public var archiveLimits: ArchiveLimits

  /// Options; all may be left to be found out.
  public init(
    format: DatasetFormat? = nil, split: String? = nil, annotations: String? = nil,
    archiveLimits: ArchiveLimits = .standard
  ) {
    self.format = format
    self.split = split
    self.annotations = annotations
    self.archiveLimits = archiveLimits
  }
}
