import Imaging

/// Pictures with what is known of them. Safe to read from many threads at once.
public protocol Dataset: Sendable {
  /// The folder or archive it was read from.
  var path: String { get }
  /// How it is laid out.
  var format: DatasetFormat { get }
  /// Pictures.
  var count: Int { get }
  /// Class names; labels are places in this list.
  var classes: [String] { get }
  /// What was wrong with its annotations when it was opened; what is listed here is left out.
  var faults: [DatasetFault] { get }
  /// What is known of a picture, without decoding it (its header may be read).
  ///
  /// Throws `DatasetError` where a picture's size is needed and cannot be read.
  func record(at index: Int) throws(DatasetError) -> Record
  /// The labels of a picture: its own, or those of its objects. Reads no file.
  func labels(at index: Int) -> [Int]
  /// The part that a picture belongs to, such as `train`; nil where the set has no parts.
  func split(at index: Int) -> String?
  /// A name for messages and caches: the file in the source.
  func name(at index: Int) -> String
  /// The encoded picture and its masks, for hashing and copying; nil where pictures are not files.
  func file(at index: Int) throws(DatasetError) -> FileBytes
  /// The picture and its annotations, ready to be augmented; the picture is not decoded where the caller has it from an earlier time
  /// with the same options. Throws `DatasetError`.
  func sample(at index: Int, options: DecodeOptions, decoded: Image?) throws(DatasetError) -> Sample
}

extension Dataset {
  /// The picture and its annotations at full size.
  public func sample(at index: Int, options: DecodeOptions = DecodeOptions()) throws(DatasetError) -> Sample {
    try sample(at: index, options: options, decoded: nil)
  }

  /// The parts there are, sorted.
  public var splits: [String] { Set((0..<count).compactMap(split(at:))).sorted() }

  /// Pictures of a part.
  public func indices(ofSplit split: String) -> [Int] { (0..<count).filter { self.split(at: $0) == split } }
}

/// How pictures are decoded.
public struct DecodeOptions: Sendable, Hashable {
  /// What a picture may ask for.
  public var limits: ImageLimits
  /// Where a JPEG may be decoded at a half, a quarter or an eighth by its DCT, as long as both sides stay at least this many
  /// pixels. Boxes and keypoints are scaled; a picture with masks is decoded whole. Nil decodes all at full size.
  public var smallestSide: Int?
  /// The masks that are wanted beside it: those that are not are neither read nor drawn.
  public var masks: MaskKinds

  /// Full size, the standard limits, all masks.
  public init(limits: ImageLimits = .standard, smallestSide: Int? = nil, masks: MaskKinds = .all) {
    self.limits = limits
    self.smallestSide = smallestSide
    self.masks = masks
  }
}

/// Masks that a picture may have.
public struct MaskKinds: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt8

  /// Of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The class of every pixel.
  public static let classes = MaskKinds(rawValue: 1)
  /// A mask for each object.
  public static let objects = MaskKinds(rawValue: 2)
  /// Both.
  public static let all: MaskKinds = [.classes, .objects]
}

/// Something wrong with an annotation, found while a data set was opened.
public struct DatasetFault: Sendable, Hashable, CustomStringConvertible {
  /// A stable name of the kind, such as `box.negative`.
  public var kind: String
  /// The file that it is in.
  public var file: String
  /// What was expected and what was found.
  public var message: String

  /// A fault.
  public init(kind: String, file: String, message: String) {
    self.kind = kind
    self.file = file
    self.message = message
  }

  /// `FILE: fault`.
  public var description: String { "\(file): \(message)" }
}
