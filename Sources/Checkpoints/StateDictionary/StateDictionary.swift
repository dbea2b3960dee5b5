import Support
import TensorCore

/// Tensors by name, in order: the contents of a weights file, or of a network on its way into one.
///
/// Tensors of a file are read when they are asked for, and are views of its mapped bytes where those can be used as they
/// stand. A value type; safe to share between threads.
public struct StateDictionary: Sendable {
  enum Source: Sendable {
    case tensor(Tensor)
    case stored(StoredTensor)

    var spec: TensorSpec? {
      switch self {
      case .tensor(let tensor): tensor.spec
      case .stored(let stored): stored.spec
      }
    }
  }

  /// The tensors' names, in the file's order.
  public let names: [String]
  /// Notes of the file: `__metadata__` of safetensors.
  public let metadata: [String: String]
  /// The file, as error messages name it; empty for tensors that come from no file.
  public let path: String
  /// What was left out or changed while reading, a line each: scalars beside the tensors, a prefix that was stripped.
  public let notes: [String]
  private let sources: [String: Source]

  /// A dictionary of these tensors. Of two with the same name the later counts, in the earlier's place.
  public init(_ tensors: [(String, Tensor)], metadata: [String: String] = [:], path: String = "") {
    self.init(sources: tensors.map { ($0.0, .tensor($0.1)) }, metadata: metadata, path: path)
  }

  init(sources list: [(String, Source)], metadata: [String: String] = [:], path: String, notes: [String] = []) {
    var names: [String] = []
    var sources: [String: Source] = [:]
    for (name, source) in list where sources.updateValue(source, forKey: name) == nil { names.append(name) }
    self.names = names
    self.sources = sources
    self.metadata = metadata
    self.path = path
    self.notes = notes
  }

  /// The mapped file that the tensors are read from; nil where they come from none.
  package var mapping: MappedFile? {
    guard let first = names.first, case .stored(let stored) = sources[first] else { return nil }
    return stored.file.keeper as? MappedFile
  }

  /// Number of tensors.
  public var count: Int { names.count }

  /// Whether there is a tensor of this name.
  public func contains(_ name: String) -> Bool { sources[name] != nil }

  /// Shape and type of a tensor, without reading it; nil where there is none of that name, or its element type is one
  /// that is not read (float8, complex, uint64).
  public func spec(of name: String) -> TensorSpec? { sources[name]?.spec }

  /// A tensor by name.
  ///
  /// float64 becomes float32, int16 and uint16 int32, uint32 int64. Throws `missing`, `unsupported` for other element
  /// types, `memory`.
  public func tensor(_ name: String) throws(CheckpointError) -> Tensor {
    switch sources[name] {
    case .tensor(let tensor): return tensor
    case .stored(let stored): return try stored.load(name)
    case nil: throw .missing(CheckpointFault("there is no such tensor", path: path, key: name))
    }
  }

  /// The entries under other names; `rename` gives nil for those to leave out. Throws `damaged` where two get one name.
  public func renaming(_ rename: (String) -> String?) throws(CheckpointError) -> StateDictionary {
    var list: [(String, Source)] = []
    var taken: [String: String] = [:]
    for name in names {
      guard let new = rename(name), let source = sources[name] else { continue }
      if let other = taken.updateValue(name, forKey: new) {
        throw .damaged(
          CheckpointFault("\(other) and \(name) are the same tensor for this network", path: path, key: new))
      }
      list.append((new, source))
    }
    return StateDictionary(sources: list, metadata: metadata, path: path, notes: notes)
  }

  /// The entries without `prefix` (such as `module.`, which data-parallel training adds), if all have it and more.
  public func strippingPrefix(_ prefix: String) -> StateDictionary {
    guard !prefix.isEmpty, !names.isEmpty, names.allSatisfy({ $0.hasPrefix(prefix) && $0.count > prefix.count }) else {
      return self
    }
    let list = names.compactMap { name in sources[name].map { (String(name.dropFirst(prefix.count)), $0) } }
    return StateDictionary(
      sources: list, metadata: metadata, path: path, notes: notes + ["the prefix \(prefix) of every name is left out"])
  }

  /// The entries with other metadata.
  public func withMetadata(_ metadata: [String: String]) -> StateDictionary {
    StateDictionary(
      sources: names.compactMap { name in sources[name].map { (name, $0) } }, metadata: metadata, path: path,
      notes: notes)
  }
}
