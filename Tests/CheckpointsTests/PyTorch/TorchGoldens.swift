import Checkpoints
import Foundation
import TensorCore
import Testing

/// Files of `Goldens/` and what `Scripts/golden/checkpoints.py` says of their tensors.
struct TorchGoldens {
  /// Element type, shape and CRC-32 of the bytes of a tensor, in the type our reader gives; no CRC for types not read.
  struct Expected: Decodable {
    let dtype: String
    let shape: [Int]
    let checksum: UInt32?

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      dtype = try fields.decode(String.self)
      shape = try fields.decode([Int].self)
      checksum = try fields.decodeIfPresent(UInt32.self)
    }
  }

  struct Refusal: Decodable {
    let code: String
    let words: [String]

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      code = try fields.decode(String.self)
      words = try fields.decode([String].self)
    }
  }

  private struct Listing<Entry: Decodable>: Decodable {
    let files: [String: Entry]
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")

  static func list<Entry: Decodable>(_ name: String, _: Entry.Type = Entry.self) throws -> [String: Entry] {
    try JSONDecoder().decode(Listing<Entry>.self, from: Data(contentsOf: folder.appendingPathComponent(name))).files
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// Expects these tensors, all of them and no other.
  static func check(_ state: StateDictionary, _ expected: [String: Expected], _ file: String) throws {
    #expect(Set(state.names) == Set(expected.keys) && state.count == expected.count, "\(file)")
    for (name, wanted) in expected {
      guard let checksum = wanted.checksum else {
        #expect(state.spec(of: name) == nil && state.contains(name), "\(file): \(name)")
        #expect(throws: CheckpointError.self, "\(file): \(name)") { try state.tensor(name) }
        continue
      }
      let tensor = try state.tensor(name)
      #expect("\(tensor.dtype)" == wanted.dtype && tensor.shape == wanted.shape, "\(file): \(name) is \(tensor.spec)")
      #expect(state.spec(of: name) == tensor.spec)
      #expect(tensor.withUnsafeBytes { crc32($0) } == checksum, "\(file): the values of \(name)")
    }
  }

  /// CRC-32 as zlib computes it.
  static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = ~UInt32(0)
    for byte in bytes { crc = table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ crc >> 8 }
    return ~crc
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }
}
