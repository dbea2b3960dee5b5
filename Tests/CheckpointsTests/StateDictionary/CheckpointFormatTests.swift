import Checkpoints
import Testing

@Suite struct CheckpointFormatTests {
  static let others: [(bytes: [UInt8], words: String)] = [
    ([], "empty"), (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".utf8), "git-LFS"),
    (Array("\n <!DOCTYPE html><html>".utf8), "web page"), (Array("<html>".utf8), "web page"),
    (Array("hello\n".utf8), "text file"),
    (Array("{\"a\": 1}".utf8), "text file"), ([0x89] + Array("HDF\r\n".utf8), "HDF5"),
    ([0x93] + Array("NUMPY".utf8), "NumPy"),
    ([0x1F, 0x8B, 8, 0], "gzip"), ([0xFF, 0xD8, 0xFF, 0xE0], "JPEG"), (Array("GGUF".utf8) + [3, 0, 0, 0], "GGUF"),
    ([0x08, 0x06, 0x12, 0x07] + Array("pytorch".utf8), "ONNX"), ([1, 2, 3, 4], "known kind"),
    ([UInt8](repeating: 0, count: 257) + Array("ustar".utf8), "tar"), (Array("PK\u{3}\u{4}".utf8), "truncated"),
  ]

  @Test(arguments: 0..<others.count) func saysWhatTheFileIs(_ index: Int) throws {
    let (bytes, words) = Self.others[index]
    let error = #expect(throws: CheckpointError.self) { try StateDictionary.read(bytes: bytes, path: "w.bin") }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("w.bin: ") && text.contains(words), "\(text)")
  }

  /// Header sizes whose bytes look like the start of a pickle, a gzip or an ONNX file.
  @Test(arguments: [0x0280, 0x8B1F, 0x120608]) func theSizeOfAHeaderMayLookLikeAnything(_ size: Int) throws {
    let header = Array("{}".utf8) + [UInt8](repeating: 0x20, count: size - 2)
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + header
    #expect(try StateDictionary.read(bytes: bytes, path: "w").names.isEmpty)
  }

  @Test func theNameDoesNotMatterButForTheWords() throws {
    let bytes = SafeTensorsReadTests.file("{\(SafeTensorsReadTests.entry("a", "U8", "[1]", 0, 1))}", data: 1)
    #expect(try StateDictionary.read(bytes: bytes, path: "w.pth").names == ["a"])
    let huge: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80, 0x7B, 0x7D]
    for path in ["w.safetensors", "w.pth"] {
      let error = #expect(throws: CheckpointError.self) { try StateDictionary.read(bytes: huge, path: path) }
      #expect(error?.description.contains("found 9223372036854775808") == true)
    }
  }
}
