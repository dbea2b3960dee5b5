import Support

extension StateDictionary {
  /// Reads a weights file: safetensors, or a PyTorch `.pth`. Its format is recognised by its bytes, not by its name.
  ///
  /// In a PyTorch file the state dict is looked for under `state_dict`, `model_state_dict`, `model`, `network`, `net`,
  /// `params_ema`, `params`, `model_ema`, `ema`, in this order, then at the top; a `module.` that all its keys have is left
  /// out. No code of the file is run.
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
    case .torchZip: return try StateDictionary(torchZip: file)
    case .torchLegacy: return try StateDictionary(torchLegacy: file)
    case .pickle: throw TorchFormat.plainPickle(file)
    case .darknet:
      throw .unrecognized(
        CheckpointFault(
          "darknet weights, whose values have no names; they are read together with their .cfg", path: file.path))
    case .other(let what):
      throw .unrecognized(
        CheckpointFault(what, path: file.path, expected: "safetensors weights or a PyTorch .pth state dict"))
    }
  }
}
