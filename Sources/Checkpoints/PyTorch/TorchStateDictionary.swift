/// Finds the state dict in what a PyTorch file holds, and its tensors' places.
struct TorchStateDictionary {
  let file: CheckpointFile
  let tree: PickleTree
  /// The bytes of a storage, by its key.
  let region: (PickleTree.StorageReference) throws(CheckpointError) -> Range<Int>

  /// Keys under which training programs put the state dict, in the order they are tried.
  static let wrappers = [
    "state_dict", "model_state_dict", "model", "network", "net", "params_ema", "params", "model_ema", "ema",
  ]
  private static let depthLimit = 4

  /// The state dict in `root`: under the first of `wrappers` that holds one (again looked into so), else `root` itself.
  ///
  /// Values beside the tensors (epochs, losses) are left out with a note. Throws `unsafe` where the chosen dictionary holds
  /// an unknown global or none is found and there is one, `missing` where none is found.
  func stateDictionary(_ root: PickleValue) throws(CheckpointError) -> StateDictionary {
    guard let chosen = find(root, depth: 0) else { throw notFound(root) }
    var sources: [(String, StateDictionary.Source)] = []
    var skipped: [String] = []
    var seen: Set<Int> = []
    for (key, value) in tree.members(chosen) ?? [] {
      if case .tensor(let index) = value {
        sources.append((key, .stored(try stored(index, key))))
      } else if let global = tree.unknownGlobal(in: value, seen: &seen) {
        throw unsafe(global, key)
      } else {
        skipped.append(key)
      }
    }
    var notes: [String] = []
    if !skipped.isEmpty {
      let shown = skipped.prefix(5).map { CheckpointFault.printable($0) }.joined(separator: ", ")
      notes.append("left out, since no tensors: \(shown)" + (skipped.count > 5 ? " and \(skipped.count - 5) more" : ""))
    }
    return StateDictionary(sources: sources, path: file.path, notes: notes).strippingPrefix("module.")
  }

  private func find(_ value: PickleValue, depth: Int) -> PickleValue? {
    guard depth < Self.depthLimit, let members = tree.members(value) else { return nil }
    for wrapper in Self.wrappers {
      if let inner = members.first(where: { $0.key == wrapper }), let found = find(inner.value, depth: depth + 1) {
        return found
      }
    }
    let hasTensor = members.contains { if case .tensor = $0.value { true } else { false } }
    return hasTensor ? value : nil
  }

  private func notFound(_ root: PickleValue) -> CheckpointError {
    var seen: Set<Int> = []
    if let global = tree.unknownGlobal(in: root, seen: &seen) { return unsafe(global, nil) }
    let found: String
    switch root {
    case .dictionary:
      let keys = (tree.members(root) ?? []).map { CheckpointFault.printable($0.key) }
      found =
        keys.isEmpty
        ? "an empty dictionary"
        : "a dictionary of " + keys.prefix(5).joined(separator: ", ") + (keys.count > 5 ? ", ..." : "")
    case .tensor: found = "a single tensor"
    case .list, .tuple: found = "a list"
    default: found = "a single value"
    }
    let expected = "names with tensors, or such under " + Self.wrappers.joined(separator: ", ")
    return .missing(CheckpointFault("no state dict in this file", path: file.path, expected: expected, found: found))
  }

  private func unsafe(_ global: String, _ key: String?) -> CheckpointError {
    let name = CheckpointFault.printable(global)
    return .unsafe(
      CheckpointFault(
        "the pickle asks for \(name), which no state dict needs; nothing was run. Save `model.state_dict()` or safetensors instead",
        path: file.path, key: key))
  }

  private func stored(_ index: Int, _ key: String) throws(CheckpointError) -> StoredTensor {
    let tensor = tree.tensors[index], storage = tree.storages[tensor.storage]
    guard let storageType = storage.type, let type = tensor.type else {
      throw file.unsupported(
        "storages of type \(CheckpointFault.printable(storage.typeName)) are not read", key: key,
        at: tensor.pickleOffset)
    }
    do throws(CheckpointError) {
      var bytes = try region(storage)
      let size = storageType.bitSize / 8
      guard storage.count <= bytes.count / size else {
        throw file.damaged(
          "a storage is shorter than the pickle says", at: bytes.lowerBound, expected: "\(storage.count) elements",
          found: "\(bytes.count / size)")
      }
      bytes = bytes.lowerBound..<bytes.lowerBound + storage.count * size
      if let view = storage.view {
        guard view.offset >= 0, view.count >= 0, view.offset <= storage.count, view.count <= storage.count - view.offset
        else {
          throw file.damaged("a storage view reaches past its storage", at: tensor.pickleOffset)
        }
        bytes = bytes.lowerBound + view.offset * size..<bytes.lowerBound + (view.offset + view.count) * size
      }
      return try StoredTensor(
        file: file, type: type, shape: tensor.shape, strides: tensor.strides, storageOffset: tensor.storageOffset,
        region: bytes,
        pickleOffset: tensor.pickleOffset)
    } catch {
      guard case .damaged(let fault) = error, fault.key == nil else { throw error }
      throw file.damaged(fault.problem, key: key, at: fault.offset, expected: fault.expected, found: fault.found)
    }
  }
}
