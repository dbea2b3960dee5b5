import Checkpoints
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct SafeTensorsReadTests {
  /// A safetensors file of this header and so many bytes of data 0, 1, 2, ...
  static func file(_ header: String, data: Int = 0, size: UInt64? = nil) -> [UInt8] {
    let bytes = Array(header.utf8)
    let length = size ?? UInt64(bytes.count)
    return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes
      + (0..<data).map { UInt8(truncatingIfNeeded: $0) }
  }

  static func entry(_ name: String, _ dtype: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  static func read(_ bytes: [UInt8]) throws(CheckpointError) -> StateDictionary {
    try StateDictionary.read(bytes: bytes, path: "w.safetensors")
  }

  @Test func readsTensorsInHeaderOrder() throws {
    let header =
      "{\(Self.entry("b", "U8", "[2,2]", 8, 12)),\"__metadata__\":{\"a\\u00e9\":\"\\n\\\"\"},\(Self.entry("a", "I32", "[2]", 0, 8))}  "
    let state = try Self.read(Self.file(header, data: 12))
    #expect(state.names == ["b", "a"])
    #expect(state.metadata == ["aé": "\n\""])
    #expect(state.path == "w.safetensors")
    #expect(state.spec(of: "b") == TensorSpec([2, 2], .uint8))
    #expect(state.spec(of: "c") == nil)
    #expect(try state.tensor("b").bytes() == [8, 9, 10, 11])
    #expect(try state.tensor("a").integers() == [0x0302_0100, 0x0706_0504])
    #expect(throws: CheckpointError.self) { try state.tensor("c") }
  }

  @Test func readsScalarsAndEmptyTensors() throws {
    let header =
      "{\(Self.entry("s", "U8", "[]", 0, 1)),\(Self.entry("z", "F32", "[0,3]", 1, 1)),\(Self.entry("y", "F32", "[3,0]", 0, 0))}"
    let state = try Self.read(Self.file(header, data: 1))
    #expect(try state.tensor("s").shape == [])
    #expect(try state.tensor("z").shape == [0, 3])
    #expect(try state.tensor("y").floats() == [])
    #expect(try Self.read(Self.file("{}")).names.isEmpty)
  }

  @Test func bytesOtherThanOneAreTrue() throws {
    let state = try Self.read(Self.file("{\(Self.entry("m", "BOOL", "[3]", 0, 3))}", data: 3))
    #expect(try state.tensor("m").integers() == [0, 1, 1])
  }

  @Test func typesWithoutTensorsAreListedAndRefusedByName() throws {
    let state = try Self.read(
      Self.file("{\(Self.entry("f", "F8_E4M3", "[3]", 0, 3)),\(Self.entry("g", "F4", "[2]", 3, 4))}", data: 4))
    #expect(state.names == ["f", "g"])
    #expect(state.spec(of: "f") == nil)
    let error = #expect(throws: CheckpointError.self) { try state.tensor("f") }
    #expect(error?.code == "checkpoint.unsupported")
    #expect(error?.description == "w.safetensors: f: element type F8_E4M3 is not read")
  }

  /// Each breaks one rule of the format; the error is one line that holds the words.
  static let broken: [(header: String, data: Int, words: String)] = [
    ("{", 0, "end of the header"),
    ("{}x", 0, "after the header"),
    (" {}", 0, "start with {"),
    ("[]", 0, "start with {"),
    ("{{{{{{{{{{", 0, "well-formed"),
    ("{\"a\":1}", 0, "expected {"),
    ("{\(entry("a", "U8", "[2]", 0, 2)),\(entry("a", "U8", "[2]", 2, 4))}", 4, "duplicate key \"a\""),
    ("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", 2, "duplicate key \"dtype\""),
    ("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}", 0, "duplicate key \"k\""),
    ("{\"__metadata__\":{\"k\":1}}", 0, "expected a string"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}}", 0, "needs dtype"),
    ("{\(entry("a", "U9", "[2]", 0, 2))}", 2, "unknown dtype \"U9\""),
    ("{\(entry("a", "U8", "[2]", 1, 3))}", 3, "hole"),
    ("{\(entry("a", "U8", "[2]", 0, 2)),\(entry("b", "U8", "[2]", 1, 3))}", 3, "overlaps"),
    ("{\(entry("a", "U8", "[2]", 0, 2)),\(entry("b", "U8", "[2]", 3, 5))}", 5, "hole"),
    ("{\(entry("a", "U8", "[2]", 0, 2))}", 3, "after the last tensor"),
    ("{\(entry("a", "U8", "[2]", 0, 2))}", 1, "outside"),
    ("{\(entry("a", "U8", "[2]", 2, 0))}", 2, "begin <= end"),
    ("{\(entry("a", "F32", "[2]", 0, 4))}", 4, "expected 8 bytes"),
    ("{\(entry("a", "F4", "[3]", 0, 2))}", 2, "no size in bytes"),
    ("{\(entry("a", "F32", "[4611686018427387904,4]", 0, 0))}", 0, "no size in bytes"),
    ("{\(entry("a", "F32", "[0,4611686018427387904,4]", 0, 0))}", 0, "no size in bytes"),
    ("{\(entry("a", "U8", "[99999999999999999999]", 0, 0))}", 0, "too large"),
    ("{\(entry("a", "U8", "[-1]", 0, 0))}", 0, "whole number"),
    ("{\(entry("a", "U8", "[1.0]", 0, 1))}", 1, "whole numbers"),
    ("{\(entry("a", "U8", "[01]", 0, 1))}", 1, "leading zero"),
    ("{\(entry("a", "U8", "[1,]", 0, 1))}", 1, "whole number"),
    ("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}", 1, "more than 2"),
    ("{\"a\\ud800\":1}", 0, "surrogate"),
    ("{\"a\\q\":1}", 0, "unknown escape"),
    ("{\"a\n\":1}", 0, "control character"),
    ("{\"a", 0, "without an end"),
    ("{\"a\":{\"x\":" + String(repeating: "[", count: 100_000), 0, "nested deeper"),
    ("{\"a\":{\"x\":truth}}", 0, "well-formed"),
    ("{\"a\":{\"x\":-}}", 0, "digit"),
  ]

  @Test(arguments: 0..<broken.count) func refusesWhatBreaksTheFormat(_ index: Int) throws {
    let (header, data, words) = Self.broken[index]
    let error = #expect(throws: CheckpointError.self) { try Self.read(Self.file(header, data: data)) }
    let text = error?.description ?? ""
    #expect(text.hasPrefix("w.safetensors: ") && text.contains(words) && !text.contains("\n"), "\(text)")
  }

  @Test func refusesBadUTF8() throws {
    var bytes = Self.file("{\(Self.entry("a", "U8", "[1]", 0, 1))}", data: 1)
    bytes[10] = 0xFF
    #expect(throws: CheckpointError.self) { try Self.read(bytes) }
  }

  @Test(arguments: [UInt64(1) << 63, .max, 100_000_001, 100_000_000, 1 << 32, 4096])
  func refusesHeadersLargerThanTheFileOrTheLimit(_ size: UInt64) throws {
    let error = #expect(throws: CheckpointError.self) { try Self.read(Self.file("{}", size: size)) }
    #expect(error?.code == "checkpoint.damaged")
    #expect(error?.description.contains(size > 100_000_000 ? "too large" : "ends within") == true)
  }

  @Test func everyPrefixIsRefused() throws {
    let whole = Self.file("{\(Self.entry("a", "F32", "[2]", 0, 8)),\(Self.entry("b", "U8", "[3]", 8, 11))}", data: 11)
    _ = try Self.read(whole)
    for length in 0..<whole.count {
      #expect(throws: CheckpointError.self, "\(length)") { try Self.read(Array(whole.prefix(length))) }
    }
  }

  @Test func flippedBytesNeverCrash() throws {
    let whole = Self.file(
      "{\"__metadata__\":{\"k\":\"v\\u00e9\"},\(Self.entry("a", "F32", "[2]", 0, 8)),\(Self.entry("b", "U8", "[3]", 8, 11))}",
      data: 11)
    for index in whole.indices {
      for value in [UInt8(0), 0xFF, 0x22, 0x39, 0x5B, 0x7D, whole[index] ^ 1, whole[index] ^ 0x80] {
        var bytes = whole
        bytes[index] = value
        guard let state = try? Self.read(bytes) else { continue }
        for name in state.names { _ = try? state.tensor(name) }
      }
    }
  }
}
