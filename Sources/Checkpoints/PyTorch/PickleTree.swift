/// What a pickle describes, as inert data: nothing in it was called, imported or constructed.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer of more than 64 bits.
  case bigInteger
  case float(Double)
  case string(String)
  case bytes
  /// Indices into `PickleTree.containers`: shared, possibly cyclic, and freed without recursion.
  case list(Int)
  case tuple(Int)
  /// Keys and values in turn.
  case dictionary(Int)
  /// Index into `PickleTree.globals`.
  case global(Int)
  /// What an unknown global would have made: the index of that global.
  case placeholder(Int)
  /// Index into `PickleTree.storages`.
  case storage(Int)
  /// Index into `PickleTree.tensors`.
  case tensor(Int)
}

/// The values that a pickle's instructions made.
struct PickleTree: Sendable {
  /// A class or function that the pickle names.
  struct Global: Sendable {
    /// `module.name`.
    let name: String
    /// Its meaning in a state dict; nil for every other.
    let known: TorchGlobal?
  }

  /// The bytes behind tensors, as the pickle refers to them.
  struct StorageReference: Sendable {
    /// Element type; nil for one that is not known by its global.
    let type: StoredType?
    let typeName: String
    /// Name of the entry or of the record that holds the bytes.
    let key: String
    /// Elements.
    let count: Int
    /// The part of the storage that is meant, in elements; legacy files only.
    let view: (offset: Int, count: Int)?
  }

  /// A tensor as the pickle refers to it; checked when it is wanted.
  struct TensorReference: Sendable {
    let storage: Int
    /// Differs from the storage's in `_rebuild_tensor_v3`.
    let type: StoredType?
    let storageOffset: Int
    let shape: [Int]
    let strides: [Int]
    /// Byte of the file where the pickle builds it.
    let pickleOffset: Int
  }

  var containers: [[PickleValue]] = []
  var globals: [Global] = []
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []

  /// Elements of a list or tuple.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .list(let index), .tuple(let index): containers[index]
    default: nil
    }
  }

  /// Members of a dictionary with text keys, in order; of two with one key the later counts, in the earlier's place.
  func members(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .dictionary(let index) = value else { return nil }
    let flat = containers[index]
    var members: [(key: String, value: PickleValue)] = []
    var places: [String: Int] = [:]
    for position in stride(from: 0, to: flat.count - 1, by: 2) {
      guard case .string(let key) = flat[position] else { continue }
      if let place = places[key] {
        members[place].value = flat[position + 1]
      } else {
        places[key] = members.count
        members.append((key, flat[position + 1]))
      }
    }
    return members
  }

  /// The name of the first global in `value`, or in anything it holds, that state dicts have no use for.
  ///
  /// Containers in `seen` have been looked through; the caller keeps it, so that shared ones are walked once.
  func unknownGlobal(in value: PickleValue, seen: inout Set<Int>) -> String? {
    var pending = [value]
    while let next = pending.popLast() {
      switch next {
      case .placeholder(let index): return globals[index].name
      case .global(let index): if globals[index].known == nil { return globals[index].name }
      case .list(let index), .tuple(let index), .dictionary(let index):
        if seen.insert(index).inserted { pending += containers[index].reversed() }
      default: break
      }
    }
    return nil
  }
}
