import Foundation
import Imaging
import Testing
import Training

@Suite struct EventFileTests {
  private let folder = TemporaryFolder()

  /// The records of a file, their checksums computed bit by bit.
  private func records(_ path: String) throws -> [[UInt8]] {
    func crc(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      var value: UInt32 = 0xFFFF_FFFF
      for byte in bytes {
        value ^= UInt32(byte)
        for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
      }
      value = ~value
      return (value >> 15 | value << 17) &+ 0xA282_EAD8
    }
    func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    var records: [[UInt8]] = []
    var place = 0
    while place < bytes.count {
      let length = Int(number(bytes[place..<place + 8]))
      #expect(number(bytes[place + 8..<place + 12]) == UInt64(crc(bytes[place..<place + 8])))
      let data = bytes[place + 12..<place + 12 + length]
      #expect(number(bytes[place + 12 + length..<place + 16 + length]) == UInt64(crc(data)))
      records.append(Array(data))
      place += 16 + length
    }
    return records
  }

  @Test func messagesAreTheOnesOfTensorBoardsProtocol() throws {
    let file = try EventFile(folder: folder.path, resumingAt: nil, time: 1, host: "here", process: 7)
    #expect(file.path.hasSuffix("/events.out.tfevents.1.here.7"))
    file.scalars([("a", 0.5)], step: 300, time: 2)
    try file.flush()
    // Written by hand from event.proto and summary.proto.
    let version = [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0, 0x1A, 13] + Array("brain.Event:2".utf8).map(Int.init)
    let value = [0x0A, 1, 0x61, 0x15, 0, 0, 0, 0x3F]
    let scalar = [0x09, 0, 0, 0, 0, 0, 0, 0, 0x40, 0x10, 0xAC, 2, 0x2A, 10, 0x0A, 8] + value
    #expect(try records(file.path).map { $0.map(Int.init) } == [version, scalar])
  }

  @Test func aResumedFileForgetsWhatComesAgain() throws {
    let first = try EventFile(folder: folder.path, resumingAt: nil, time: 1, host: "h", process: 1)
    let second = try EventFile(folder: folder.path, resumingAt: 3, time: 1, host: "h", process: 1)
    #expect(first.path != second.path)
    #expect(try records(second.path)[1] == [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 3, 0x3A, 2, 0x08, 1])
  }

  @Test func picturesAreInItAsPNG() throws {
    let file = try EventFile(folder: folder.path, resumingAt: nil, time: 1, host: "h", process: 1)
    let image = try Image(width: 2, height: 1, format: .rgb, pixels: [1, 2, 3, 4, 5, 6])
    try file.image("pictures", image, step: 1, time: 1)
    try file.flush()
    let record = try #require(records(file.path).last)
    let start = try #require(record.indices.first { record[$0...].starts(with: [0x89, 0x50, 0x4E, 0x47]) })
    #expect(try Image.decode(Array(record[start...])) == image)
  }
}
