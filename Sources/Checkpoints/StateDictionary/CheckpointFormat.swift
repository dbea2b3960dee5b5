/// What a file is, by its first bytes.
enum CheckpointFormat: Equatable {
  case safeTensors
  case torchZip
  case torchLegacy
  /// A pickle that is no PyTorch file.
  case pickle
  /// Likely darknet weights: their header says little.
  case darknet
  /// Something else: in words, and what to do about it.
  case other(String)

  static func recognize(_ file: CheckpointFile) -> CheckpointFormat {
    if file.count == 0 { return .other("the file is empty") }
    // First, since the size of a safetensors header may look like any other format's first bytes.
    let hasBrace = file.starts(with: [UInt8(ascii: "{")], at: 8)
    if hasBrace, let size = try? file.uint64(at: 0), size <= UInt64(SafeTensorsHeader.sizeLimit) { return .safeTensors }
    if TorchFormat.isZip(file) { return .torchZip }
    if TorchFormat.isLegacy(file) { return .torchLegacy }
    if TorchFormat.isBinaryPickle(file) || TorchFormat.isTextPickle(file) { return .pickle }
    if let what = foreign(file) { return .other(what) }
    if hasBrace { return .safeTensors }
    // All published files have these versions, and the first layer's values after them.
    if let version = DarknetWeights.version(file), version.major == 0, (1...2).contains(version.minor), file.count > 20
    {
      return .darknet
    }
    // Nothing in the bytes says what it is: take the name's word, so that the error says what is wrong with such a file.
    if file.path.hasSuffix(".safetensors"), !isText(file) { return .safeTensors }
    if isText(file) { return .other("a text file, not weights") }
    return .other("not a weights file of a known kind")
  }

  /// Formats that turn up in place of weights.
  private static func foreign(_ file: CheckpointFile) -> String? {
    let signatures: [(Int, String, String)] = [
      (0, "version https://git-lfs", "a git-LFS pointer, not the weights themselves; fetch them with `git lfs pull`"),
      (0, "\u{89}HDF", "an HDF5 file (Keras), which is not read; convert it to safetensors"),
      (4, "TFL3", "a TensorFlow Lite model, which is not read as weights"),
      (0, "GGUF", "a GGUF file, which is not read; convert it to safetensors"),
      (1, "NUMPY", "a NumPy array, not weights; convert it to safetensors"),
      (1, "PNG\r\n", "a PNG image, not weights"),
      (0, "\u{1F}\u{8B}", "a gzip archive; unpack it first"),
      (
        257, "ustar",
        "a tar archive (or a PyTorch file from before 0.1.10); unpack it, or save it again with a newer PyTorch"
      ),
    ]
    for (offset, text, what) in signatures
    where file.starts(with: text.unicodeScalars.map { UInt8($0.value) }, at: offset) {
      return what
    }
    if file.starts(with: [0xFF, 0xD8, 0xFF]) { return "a JPEG image, not weights" }
    let head = String(decoding: file.bytes.prefix(256), as: UTF8.self).lowercased().drop { $0.isWhitespace }
    if head.hasPrefix("<!doctype") || head.hasPrefix("<html") || head.hasPrefix("<?xml") {
      return "a web page, not weights: the download gave an error or a login page"
    }
    if isONNX(file) { return "an ONNX model, which is not a state dict; give it as --model" }
    return nil
  }

  /// A `ModelProto`: field 1 (`ir_version`), a small number, then one of its next fields.
  private static func isONNX(_ file: CheckpointFile) -> Bool {
    guard file.count > 8, file.bytes[0] == 0x08, (1...32).contains(file.bytes[1]) else { return false }
    return [0x12, 0x1A, 0x22, 0x2A, 0x32, 0x3A, 0x42].contains(file.bytes[2])
  }

  private static func isText(_ file: CheckpointFile) -> Bool {
    file.bytes.prefix(512).allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
  }
}
