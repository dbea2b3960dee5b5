import Checkpoints
import Foundation
import Support
import TensorCore
import TestSupport
import Testing

@Suite struct SafeTensorsWriteTests {
  /// A folder that goes with the test.
  static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoints-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func writesWhatItReads() throws {
    try Self.inFolder { folder in
      let path = folder + "/a.safetensors"
      let odd = "név \"\\/\n\u{1}"
      let state = StateDictionary(
        [
          ("bytes", try Tensor([UInt8(1), 2, 3], shape: [3])), (odd, try Tensor([Float(1), -2], shape: [2, 1])),
          ("index", try Tensor([Int.min, 7], shape: [2])), ("mask", try Tensor([true, false], shape: [2])),
          ("empty", try Tensor([Float](), shape: [0, 4])), ("scalar", try Tensor(Float(3))),
        ], metadata: ["z": "1", "a": odd])
      try state.writeSafeTensors(path: path)
      let back = try StateDictionary.read(path: path)
      #expect(back.metadata == state.metadata)
      #expect(back.names == ["index", "empty", odd, "scalar", "bytes", "mask"])
      for name in state.names { try expectClose(back.tensor(name), state.tensor(name), .exact, name) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.safetensors"])
    }
  }

  /// The reference implementation's own bytes for the same tensors (Scripts/golden/checkpoints.py).
  @Test func writesTheReferenceBytes() throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Goldens/reference.safetensors"
    ).path
    let state = try StateDictionary.read(path: golden)
    #expect(state.count == 13)
    try Self.inFolder { folder in
      let shuffled = StateDictionary(try state.names.reversed().map { ($0, try state.tensor($0)) })
      try shuffled.writeSafeTensors(path: folder + "/b", metadata: state.metadata)
      #expect(FileManager.default.contents(atPath: folder + "/b") == FileManager.default.contents(atPath: golden))
    }
  }

  @Test func aFileMayBeWrittenOverItself() throws {
    try Self.inFolder { folder in
      let path = folder + "/a.safetensors"
      try StateDictionary([("w", try Formula.tensor([1000], seed: 1))]).writeSafeTensors(path: path)
      let mapped = try StateDictionary.read(path: path)
      try mapped.writeSafeTensors(path: path, metadata: ["k": "v"])
      try expectClose(StateDictionary.read(path: path).tensor("w"), Formula.tensor([1000], seed: 1), .exact)
    }
  }

  @Test func pagesOfAMappedFileAreGivenBackAndReadAgain() throws {
    try Self.inFolder { folder in
      let path = folder + "/a.safetensors"
      let written = try Formula.tensor([300, 1000], seed: 2)
      // The last tensor of a file is copied where kernels might read past its last page.
      try StateDictionary([("w", written), ("z", written)]).writeSafeTensors(path: path)
      let tensor = try StateDictionary.read(path: path).tensor("w")
      try expectClose(tensor, written, .exact)
      // Only where the file itself is the owner: that is what keeps a network's weights from lying in memory twice.
      #expect(tensor.releasePages())
      try expectClose(tensor, written, .exact)
      #expect(!written.releasePages())
    }
  }

  @Test func unwritablePlacesAreFileErrors() throws {
    let state = StateDictionary([("w", try Tensor(Float(1)))])
    #expect(throws: FileError.self) { try state.writeSafeTensors(path: "/no such folder/a.safetensors") }
    #expect(throws: FileError.self) { try StateDictionary.read(path: "/no such folder/a.safetensors") }
  }

  @Test func unreadableTypesLeaveNoFile() throws {
    try Self.inFolder { folder in
      let header = "{\(SafeTensorsReadTests.entry("f", "U64", "[1]", 0, 8))}"
      let state = try SafeTensorsReadTests.read(SafeTensorsReadTests.file(header, data: 8))
      #expect(throws: CheckpointError.self) { try state.writeSafeTensors(path: folder + "/a") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}
