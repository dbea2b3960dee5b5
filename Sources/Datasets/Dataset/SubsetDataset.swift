import Imaging

/// Some pictures of a data set, in an order of their own; a picture may come more than once.
public struct SubsetDataset: Dataset {
  /// The whole set.
  public let base: any Dataset
  /// Places in the whole set.
  public let indices: [Int]

  /// A part of a set. Places that the set does not have are left out.
  public init(_ base: any Dataset, indices: [Int]) {
    self.base = base
    self.indices = indices.filter { (0..<base.count).contains($0) }
  }

  /// The whole set's path.
  public var path: String { base.path }
  /// The whole set's format.
  public var format: DatasetFormat { base.format }
  /// Pictures of the part.
  public var count: Int { indices.count }
  /// The whole set's classes.
  public var classes: [String] { base.classes }
  /// The whole set's faults.
  public var faults: [DatasetFault] { base.faults }
  /// A record of the part.
  public func record(at index: Int) throws(DatasetError) -> Record { try base.record(at: indices[index]) }
  /// Labels of the part.
  public func labels(at index: Int) -> [Int] { base.labels(at: indices[index]) }
  /// The part that it belongs to in the whole.
  public func split(at index: Int) -> String? { base.split(at: indices[index]) }
  /// A name of the part.
  public func name(at index: Int) -> String { base.name(at: indices[index]) }
  /// A file of the part.
  public func file(at index: Int) throws(DatasetError) -> FileBytes { try base.file(at: indices[index]) }
  /// A sample of the part.
  public func sample(at index: Int, options: DecodeOptions, decoded: Image?) throws(DatasetError) -> Sample {
    try base.sample(at: indices[index], options: options, decoded: decoded)
  }
}
