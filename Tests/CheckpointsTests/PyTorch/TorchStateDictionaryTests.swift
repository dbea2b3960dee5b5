import Checkpoints
import Foundation
import TensorCore
import Testing

/// Small files that PyTorch wrote, and files that must be refused.
@Suite struct TorchStateDictionaryTests {
  static let good = ((try? TorchGoldens.list("good.json", [String: TorchGoldens.Expected].self)) ?? [:])
  static let bad = ((try? TorchGoldens.list("bad.json", TorchGoldens.Refusal.self)) ?? [:])

  @Test func theListsAreThere() {
    #expect(Self.good.count == 24)
    #expect(Self.bad.count == 34)
    #expect(TorchGoldens.crc32(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
    #expect(Array("123456789".utf8).withUnsafeBytes { TorchGoldens.crc32($0) } == 0xCBF4_3926)
  }

  @Test(arguments: good.keys.sorted()) func readsWhatPyTorchWrote(_ name: String) throws {
    let path = TorchGoldens.folder.appendingPathComponent(name).path
    let expected = try #require(Self.good[name])
    try TorchGoldens.check(try StateDictionary.read(path: path), expected, name)
    try TorchGoldens.check(try StateDictionary.read(bytes: TorchGoldens.bytes(name), path: "w.pth"), expected, name)
  }

  @Test(arguments: bad.keys.sorted()) func refusesInOneLine(_ name: String) throws {
    let refusal = try #require(Self.bad[name])
    let bytes = try TorchGoldens.bytes(name)
    let error = #expect(throws: CheckpointError.self) { try StateDictionary.read(bytes: bytes, path: "w.pth") }
    let text = error?.description ?? ""
    #expect(error?.code == refusal.code, "\(name): \(text)")
    for words in refusal.words { #expect(text.contains(words), "\(name): \(text)") }
    #expect(text.hasPrefix("w.pth: ") && !text.contains("\n"))
    #expect(!FileManager.default.fileExists(atPath: "/tmp/vision-pickle-was-run"))
  }

  @Test func keepsTheOrderAndSaysWhatItLeftOut() throws {
    let mixed = try StateDictionary.read(bytes: TorchGoldens.bytes("mixed_zip.pth"), path: "w.pth")
    #expect(
      mixed.names == [
        "conv.weight", "conv.bias", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
        "bn.num_batches_tracked",
      ])
    #expect(mixed.notes == ["left out, since no tensors: epoch, note, list, size, dtype and 1 more"])
    let training = try StateDictionary.read(bytes: TorchGoldens.bytes("training_legacy.pth"), path: "w.pth")
    #expect(training.names == mixed.names)
    #expect(training.notes == ["the prefix module. of every name is left out"])
  }

  @Test(arguments: ["partly_prefixed_zip.pth", "views_legacy.pth", "python2_view_legacy.pth", "protocol4_legacy.pth"])
  func everyPrefixIsRefused(_ name: String) throws {
    let whole = try TorchGoldens.bytes(name)
    for length in 0..<whole.count {
      #expect(throws: CheckpointError.self, "\(name), \(length) bytes") {
        try StateDictionary.read(bytes: Array(whole.prefix(length)), path: "w.pth")
      }
    }
  }

  @Test(arguments: [
    "partly_prefixed_zip.pth", "partly_prefixed_legacy.pth", "python2_view_legacy.pth", "evil_key_zip.pth",
    "mixed_legacy.pth",
  ])
  func flippedBytesNeverCrash(_ name: String) throws {
    let whole = try TorchGoldens.bytes(name)
    var loaded = 0
    for index in whole.indices {
      for value in [UInt8(0), 0xFF, whole[index] ^ 1, whole[index] ^ 0x80] {
        var bytes = whole
        bytes[index] = value
        guard let state = try? StateDictionary.read(bytes: bytes, path: "w.pth") else { continue }
        for key in state.names { _ = try? state.tensor(key) }
        loaded += 1
      }
    }
    #expect(loaded > 0 || name.hasPrefix("evil"))
  }
}
