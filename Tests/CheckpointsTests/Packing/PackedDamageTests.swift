import Foundation
import Testing

/// Files of packed weights that are not what they should be.
@Suite struct PackedDamageTests {
  let place: PackedPlace
  let path: String, whole: Data

  init() throws {
    place = try PackedPlace()
    for _ in 0..<2 { try place.start() }
    path = try place.packedPath()
    whole = try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Starts with these bytes in the file's place: they must be packed anew, and written anew.
  private func expectThrownAway(_ bytes: Data, _ what: String) throws {
    try bytes.write(to: URL(fileURLWithPath: path))
    let start = try place.start()
    #expect(start.found == [false, false] && start.values == [2, -2] && start.note == nil, "\(what)")
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole, "\(what)")
  }

  @Test func everyByteOfHeaderAndIndexCounts() throws {
    // Zeros up to the first part's page are nobody's.
    let used = try #require(whole[..<4096].lastIndex { $0 != 0 }) + 1
    for offset in 0..<used where !(48..<64).contains(offset) {
      var bytes = whole
      bytes[offset] ^= 0x41
      try expectThrownAway(bytes, "byte \(offset)")
    }
  }

  @Test func everyPackedByteCounts() throws {
    for offset in stride(from: 4096, to: whole.count - 64, by: 97) {
      var bytes = whole
      bytes[offset] ^= 1
      try expectThrownAway(bytes, "byte \(offset)")
    }
  }

  @Test func cutOrGrownFilesAreThrownAway() throws {
    for count in [0, 1, 63, 64, 100, 4095, 4096, 5000, whole.count - 64, whole.count - 1] {
      try expectThrownAway(whole.prefix(count), "\(count) bytes")
    }
    try expectThrownAway(whole + Data([0]), "a byte more")
    try expectThrownAway(Data(repeating: 0, count: whole.count), "zeros")
  }

  @Test func aWholeFileThatWasCopiedIsReadAndTaken() throws {
    try whole.write(to: URL(fileURLWithPath: path))
    #expect(try place.start().found == [true, true])
  }

  @Test func recordsThatAreNoneAreIgnored() throws {
    let seen = try #require(place.names().first { $0.hasSuffix(".seen") })
    let text = try String(contentsOfFile: place.cachePath + "/" + seen, encoding: .utf8)
    for record in [
      "", "\n", "nonsense", text + "more\n", text.replacingOccurrences(of: "\n", with: " "), "../x\n../y\n",
    ] {
      try Data(record.utf8).write(to: URL(fileURLWithPath: place.cachePath + "/" + seen))
      #expect(try place.start().found == [false, false])
    }
    // A record without a hash is one of a first start.
    try Data((text.split(separator: "\n")[0] + "\n../../x\n").utf8)
      .write(to: URL(fileURLWithPath: place.cachePath + "/" + seen))
    #expect(try place.start().found == [false, false])
    #expect(try place.start().found == [true, true])
  }
}
