/// PyTorch's container before 1.6: pickles of a magic number, a version, the writer's sizes, the object and the storages'
/// keys, then each storage as its element count (8 bytes) and its elements.
extension StateDictionary {
  init(torchLegacy file: CheckpointFile) throws(CheckpointError) {
    let magic = try PickleInterpreter.run(file, 0..<file.count)
    let version = try PickleInterpreter.run(file, magic.end..<file.count)
    guard case .integer(1001) = version.root else {
      throw file.unsupported("another version than 1001 of PyTorch's legacy container", at: magic.end)
    }
    let system = try PickleInterpreter.run(file, version.end..<file.count)
    if case .bool(false)? = system.tree.members(system.root)?.first(where: { $0.key == "little_endian" })?.value {
      throw file.unsupported("tensors in big-endian byte order", at: version.end)
    }
    let object = try PickleInterpreter.run(file, system.end..<file.count)
    let keys = try PickleInterpreter.run(file, object.end..<file.count)
    let regions = try Self.regions(file, object.tree, keys)
    let reader = TorchStateDictionary(file: file, tree: object.tree) { (storage) throws(CheckpointError) in
      guard let region = regions[storage.key] else {
        throw file.damaged("the file has no storage \(CheckpointFault.printable(storage.key))")
      }
      return region
    }
    self = try reader.stateDictionary(object.root)
  }

  /// Where each storage lies, by its key.
  private static func regions(
    _ file: CheckpointFile, _ tree: PickleTree, _ keys: PickleInterpreter.Result
  ) throws(CheckpointError) -> [String: Range<Int>] {
    guard case .list(let list) = keys.root else { throw file.damaged("the list of storages is none", at: keys.end) }
    var references: [String: PickleTree.StorageReference] = [:]
    for storage in tree.storages where references[storage.key] == nil { references[storage.key] = storage }
    var regions: [String: Range<Int>] = [:]
    var position = keys.end
    for item in keys.tree.containers[list] {
      guard case .string(let key) = item, let reference = references[key] else {
        throw file.damaged("a storage that no tensor uses, of unknown size", at: position)
      }
      guard let type = reference.type else {
        throw file.unsupported(
          "storages of type \(CheckpointFault.printable(reference.typeName)) are not read", at: position)
      }
      let stored = try file.uint64(at: position)
      guard let count = Int(exactly: stored), count == reference.count else {
        throw file.damaged(
          "storage \(CheckpointFault.printable(key)) has another size than the pickle says", at: position,
          expected: "\(reference.count) elements", found: "\(stored)")
      }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: type.bitSize / 8)
      guard !overflow, file.has(bytes, at: position + 8) else {
        throw file.damaged("the file ends within storage \(CheckpointFault.printable(key))", at: position)
      }
      regions[key] = position + 8..<position + 8 + bytes
      position += 8 + bytes
    }
    return regions
  }
}
