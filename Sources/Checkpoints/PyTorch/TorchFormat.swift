/// Telling PyTorch's files from other pickles by their bytes.
enum TorchFormat {
  /// `torch.serialization.MAGIC_NUMBER` as a pickled long, and the end of that pickle.
  private static let magic: [UInt8] = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]

  static func isZip(_ file: CheckpointFile) -> Bool {
    file.starts(with: [0x50, 0x4B, 3, 4]) || file.starts(with: [0x50, 0x4B, 5, 6])
  }

  /// Protocols up to 3 start with the magic number, later ones put a frame before it.
  static func isLegacy(_ file: CheckpointFile) -> Bool {
    isBinaryPickle(file) && (file.starts(with: magic, at: 2) || file.starts(with: magic, at: 11))
  }

  static func isBinaryPickle(_ file: CheckpointFile) -> Bool {
    file.count > 2 && file.bytes[0] == 0x80 && (2...5).contains(file.bytes[1])
  }

  /// A pickle of protocol 0 or 1 has no header: one that starts like one and can be read to the file's end is one.
  static func isTextPickle(_ file: CheckpointFile) -> Bool {
    guard let first = file.bytes.first, [0x28, 0x5D, 0x63, 0x7D].contains(first) else { return false }
    guard let result = try? PickleInterpreter.run(file, 0..<file.count) else { return false }
    return file.bytes[result.end...].allSatisfy { $0 == 0x0A }
  }

  /// The error for a pickle that PyTorch did not write. Names what it asks for, if anything; nothing is run.
  static func plainPickle(_ file: CheckpointFile) -> CheckpointError {
    let expected = "safetensors weights or a file of torch.save"
    let tree: PickleTree
    do throws(CheckpointError) {
      tree = try PickleInterpreter.run(file, 0..<file.count).tree
    } catch {
      guard let fault = error.fault else { return error }
      return .unrecognized(
        CheckpointFault(
          "a plain or damaged pickle: \(fault.problem)", path: file.path, offset: fault.offset, expected: expected))
    }
    if let global = tree.globals.first(where: { $0.known == nil }) {
      return .unsafe(
        CheckpointFault(
          "a plain pickle that asks for \(CheckpointFault.printable(global.name)); nothing was run", path: file.path,
          expected: expected))
    }
    return .unrecognized(CheckpointFault("a plain pickle, not weights", path: file.path, expected: expected))
  }
}
