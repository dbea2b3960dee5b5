import Support
import TensorCore

/// A darknet `.weights` file: a version, the number of images seen, then float32 values without names, in the order of the
/// configuration's layers. Whoever builds the network asks for them one after the other.
public struct DarknetWeights: Sendable {
  /// Format version. The image count has 8 bytes from version 0.2 on, 4 before.
  public let major: Int
  /// Format version.
  public let minor: Int
  /// Format version.
  public let revision: Int
  /// Images seen in training.
  public let seen: UInt64
  /// Byte of the file where the next value lies.
  public private(set) var offset: Int
  private let file: CheckpointFile
  /// Where the last values went, for the message about what is left over.
  private var lastLayer = "the header"

  /// The file, for error messages.
  public var path: String { file.path }
  /// The mapped file, where the bytes are one's.
  package var mapping: MappedFile? { file.keeper as? MappedFile }
  /// Values that are left.
  public var remaining: Int { (file.count - offset) / 4 }

  /// Opens a file. Throws `FileError`, or `CheckpointError` where its first bytes are no darknet header.
  public static func read(path: String) throws -> DarknetWeights { try DarknetWeights(CheckpointFile(path: path)) }

  /// The bytes of a file that error messages call `path`.
  public init(bytes: [UInt8], path: String) throws(CheckpointError) {
    try self.init(CheckpointFile(bytes: bytes, path: path))
  }

  private init(_ file: CheckpointFile) throws(CheckpointError) {
    guard file.count >= 16 else {
      throw file.damaged("too short for darknet weights", expected: "at least 16 bytes", found: "\(file.count)")
    }
    guard let version = Self.version(file) else {
      var found: String?
      switch CheckpointFormat.recognize(file) {
      case .safeTensors: found = "a safetensors file"
      case .torchZip, .torchLegacy: found = "a PyTorch file"
      case .pickle: found = "a pickle"
      case .darknet: break
      case .other(let what): found = what
      }
      throw .unrecognized(CheckpointFault("not darknet weights", path: file.path, found: found))
    }
    (major, minor, revision) = version
    let isWide = major * 10 + minor >= 2
    seen = isWide ? try file.uint64(at: 12) : UInt64(try file.uint32(at: 12))
    offset = isWide ? 20 : 16
    guard (file.count - offset) % 4 == 0 else {
      throw file.damaged("darknet weights that do not end with a whole value", at: file.count)
    }
    self.file = file
  }

  /// The version where the first bytes are a plausible header. Darknet marks transposed weights with versions over 1000,
  /// which no published file has: they count as no header.
  static func version(_ file: CheckpointFile) -> (major: Int, minor: Int, revision: Int)? {
    guard let major = try? file.uint32(at: 0), let minor = try? file.uint32(at: 4),
      let revision = try? file.uint32(at: 8),
      major < 10, minor < 100, revision < 1000
    else { return nil }
    return (Int(major), Int(minor), Int(revision))
  }

  /// The next values, row-major in `shape`, as a view of the file. `layer` is what error messages name.
  ///
  /// Throws `damaged` where fewer are left, or a size is negative.
  public mutating func next(_ shape: [Int], layer: String) throws(CheckpointError) -> Tensor {
    guard let bytes = StoredTensor.byteCount(shape, bitSize: 32), file.has(bytes, at: offset) else {
      let wanted = StoredTensor.byteCount(shape, bitSize: 32).map { "\($0 / 4)" } ?? "\(shape)"
      throw file.damaged(
        "the weights end early: they are not of this .cfg, or cut short", key: layer, at: offset,
        expected: "\(wanted) values",
        found: "\(remaining)")
    }
    let tensor = try StoredTensor(file: file, type: .float32, shape: shape, offset: offset).load(layer)
    offset += bytes
    lastLayer = layer
    return tensor
  }

  /// The next `count` values, as a vector.
  public mutating func next(_ count: Int, layer: String) throws(CheckpointError) -> Tensor {
    try next([count], layer: layer)
  }

  /// Throws `damaged` where values are left after the last layer's.
  public func finish() throws(CheckpointError) {
    guard remaining == 0 else {
      throw file.damaged(
        "values are left after \(lastLayer): the weights are not of this .cfg", at: offset, expected: "\(offset) bytes",
        found: "\(file.count)")
    }
  }
}
