extension StateDictionary {
  /// PyTorch's container since 1.6: a zip archive of `NAME/data.pkl` and the storages `NAME/data/KEY`, stored as they are.
  init(torchZip file: CheckpointFile) throws(CheckpointError) {
    let archive = try TorchArchive(file)
    let prefix = try Self.prefix(archive)
    if archive.contains(prefix + "byteorder") {
      let order = file.text(try archive.range(of: prefix + "byteorder")) ?? ""
      guard order.hasPrefix("little") else {
        throw file.unsupported("tensors in \(CheckpointFault.printable(order))-endian byte order")
      }
    }
    if archive.contains(prefix + "version") {
      let text = file.text(try archive.range(of: prefix + "version")) ?? ""
      // 10 is the newest that PyTorch itself reads.
      guard let version = Int(text.filter { !$0.isWhitespace }), version <= 10 else {
        throw file.unsupported("version \(CheckpointFault.printable(text)) of PyTorch's container")
      }
    }
    let pickle = try PickleInterpreter.run(file, try archive.range(of: prefix + "data.pkl"))
    let reader = TorchStateDictionary(file: file, tree: pickle.tree) { (storage) throws(CheckpointError) in
      try archive.range(of: prefix + "data/" + storage.key)
    }
    self = try reader.stateDictionary(pickle.root)
  }

  /// The folder of the archive that holds `data.pkl`.
  private static func prefix(_ archive: TorchArchive) throws(CheckpointError) -> String {
    func refused(_ what: String) -> CheckpointError {
      .unrecognized(
        CheckpointFault(what, path: archive.file.path, expected: "safetensors weights or a PyTorch .pth state dict"))
    }
    let pickles = archive.names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    let depth = { (name: String) in name.utf8.count { $0 == 0x2F } }
    guard let pickle = pickles.min(by: { depth($0) < depth($1) }) else {
      let isNumPy = archive.names.contains { $0.hasSuffix(".npy") }
      throw refused(
        isNumPy
          ? "a NumPy .npz archive, not weights; convert it to safetensors"
          : "a zip archive, but not of PyTorch: it has no data.pkl")
    }
    let prefix = String(pickle.dropLast("data.pkl".count))
    guard !archive.names.contains(where: { $0 == prefix + "constants.pkl" || $0.hasPrefix(prefix + "code/") }) else {
      throw refused("a TorchScript program, not a state dict; save `module.state_dict()` instead")
    }
    return prefix
  }
}
