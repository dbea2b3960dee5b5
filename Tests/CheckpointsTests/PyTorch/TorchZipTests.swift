import Checkpoints
import Testing

/// Archives put together by hand around PyTorch's names.
@Suite struct TorchZipTests {
  static func little(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  /// A stored archive; `wide` puts every number of the directory into 64-bit fields; `edit` changes the directory's bytes.
  static func archive(
    _ entries: [(String, [UInt8])], wide: Bool = false, comment: [UInt8] = [], method: UInt64 = 0, flags: UInt64 = 0
  ) -> [UInt8] {
    var bytes: [UInt8] = [], directory: [UInt8] = []
    for (name, data) in entries {
      let offset = UInt64(bytes.count), size = UInt64(data.count), length = UInt64(name.utf8.count)
      bytes += little(0x0403_4B50, 4) + little(20, 2) + little(flags, 2) + little(method, 2) + little(0, 8)
      bytes +=
        little(size, 4) + little(size, 4) + little(length, 2) + little(3, 2) + Array(name.utf8) + [9, 9, 9] + data
      let full: UInt64 = 0xFFFF_FFFF
      directory +=
        little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(flags, 2) + little(method, 2) + little(0, 8)
      directory +=
        little(wide ? full : size, 4) + little(wide ? full : size, 4) + little(length, 2) + little(wide ? 28 : 0, 2)
      directory +=
        little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(wide ? full : offset, 4) + Array(name.utf8)
      if wide { directory += little(1, 2) + little(24, 2) + little(size, 8) + little(size, 8) + little(offset, 8) }
    }
    let start = UInt64(bytes.count), length = UInt64(directory.count), count = UInt64(entries.count)
    bytes += directory
    if wide {
      let place = UInt64(bytes.count)
      bytes += little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 8) + little(count, 8)
      bytes += little(count, 8) + little(length, 8) + little(start, 8)
      bytes += little(0x0706_4B50, 4) + little(0, 4) + little(place, 8) + little(1, 4)
      bytes += little(0x0605_4B50, 4) + little(0, 4) + [UInt8](repeating: 0xFF, count: 12)
    } else {
      bytes +=
        little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2) + little(length, 4)
        + little(start, 4)
    }
    return bytes + little(UInt64(comment.count), 2) + comment
  }

  static let pickle: [UInt8] =
    [0x80, 2, 0x7D] + PickleInterpreterTests.text("w") + PickleInterpreterTests.scalar + [0x73, 0x2E]
  static let entries: [(String, [UInt8])] = [("a/data.pkl", pickle), ("a/data/0", [0, 0, 0x20, 0x40])]

  static func read(_ bytes: [UInt8]) throws(CheckpointError) -> StateDictionary {
    try StateDictionary.read(bytes: bytes, path: "w.pth")
  }

  @Test(arguments: [false, true]) func readsBothKindsOfDirectory(_ wide: Bool) throws {
    #expect(try Self.read(Self.archive(Self.entries, wide: wide)).tensor("w").floats() == [2.5])
    #expect(
      try Self.read(Self.archive(Self.entries, wide: wide, comment: Array("PK\u{5}\u{6} a comment".utf8))).count == 1)
  }

  @Test(arguments: [false, true]) func everyFlipIsReadOrRefused(_ wide: Bool) throws {
    let whole = Self.archive(Self.entries, wide: wide)
    for index in whole.indices {
      for value in [UInt8(0), 1, 0x7F, 0x80, 0xFF, whole[index] &+ 1] {
        var bytes = whole
        bytes[index] = value
        if let state = try? Self.read(bytes) { for name in state.names { _ = try? state.tensor(name) } }
      }
    }
    for length in 0..<whole.count {
      #expect(throws: CheckpointError.self) { try Self.read(Array(whole.prefix(length))) }
    }
  }

  @Test func refusesWhatPyTorchNeverWrites() throws {
    func words(_ bytes: [UInt8]) -> String {
      do throws(CheckpointError) { return "\(try Self.read(bytes).names)" } catch { return "\(error)" }
    }
    #expect(words(Self.archive(Self.entries, method: 8)).contains("compressed"))
    #expect(words(Self.archive(Self.entries, flags: 1)).contains("encrypted"))
    #expect(words(Self.archive(Self.entries + Self.entries)).contains("twice"))
    #expect(words(Self.archive([("readme.txt", [])])).contains("no data.pkl"))
    #expect(words(Self.archive([Self.entries[0]])).contains("a/data/0"))
    #expect(words(Self.archive(Self.entries + [("a/byteorder", Array("big".utf8))])).contains("big-endian"))
    #expect(words(Self.archive(Self.entries + [("a/version", Array("x".utf8))])).contains("version"))
    #expect(words(Self.archive(Self.entries + [("a/version", Array("3\n".utf8))])) == "[\"w\"]")
  }
}
