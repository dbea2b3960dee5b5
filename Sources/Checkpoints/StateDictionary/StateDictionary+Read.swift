import Support

extension StateDictionary {
  /// Reads a weights file. Its format is recognised by its bytes, not by its name.
  ///
  /// - Throws: `FileError` where the file cannot be opened; `CheckpointError` where it is damaged, or is something else.
  public static func read(path: String) throws -> StateDictionary {
    try read(CheckpointFile(path: path))
  }

  /// Reads the bytes of a weights file; `path` is what error messages call them. Throws `CheckpointError`.
  public static func read(bytes: [UInt8], path: String) throws(CheckpointError) -> StateDictionary {
    try read(CheckpointFile(bytes: bytes, path: path))
  }

  private static func read(_ file: CheckpointFile) throws(CheckpointError) -> StateDictionary {
    switch CheckpointFormat.recognize(file) {
    case .safeTensors: return try StateDictionary(safeTensors: file)
    case .other(let what):
      throw .unrecognized(
        CheckpointFault(what, path: file.path, expected: "safetensors weights or a PyTorch .pth state dict"))
    }
  }
}
