import Datasets
import Foundation
import Testing

/// Archives made byte by byte here, or by the system's tools where they are.
@Suite struct ArchiveTests {
  private let fixture = Fixture()

  /// One stored entry of a zip, and the directory's line of it.
  private func zip(
    _ name: String, _ data: [UInt8], crc: UInt32, flags: UInt16 = 0, mode: UInt32 = 0, size: UInt32? = nil
  ) -> [UInt8] {
    func le(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    /// Numbers of these widths, one after another.
    func fields(_ list: [(Int, Int)]) -> [UInt8] { list.flatMap { le($0.0, $0.1) } }
    let bytes = Array(name.utf8), length = Int(size ?? UInt32(data.count))
    let common = fields([
      (20, 2), (Int(flags), 2), (0, 2), (0, 4), (Int(crc), 4), (length, 4), (length, 4), (bytes.count, 2), (0, 2),
    ])
    var local = le(0x0403_4B50, 4)
    local += common
    local += bytes
    local += data
    var central = le(0x0201_4B50, 4)
    central += [20, 3]
    central += common
    central += fields([(0, 2), (0, 2), (0, 2), (Int(mode) << 16, 4), (0, 4)])
    central += bytes
    let end = fields([(0x0605_4B50, 4), (0, 4), (1, 2), (1, 2), (central.count, 4), (local.count, 4), (0, 2)])
    return local + central + end
  }

  private func open(_ name: String, _ bytes: [UInt8]) throws -> any FileSource {
    try FileSources.open(fixture.write(name, bytes))
  }

  // CRC-32 of "123456789", as every description of it has.
  private let digits = Array("123456789".utf8)
  private let crc: UInt32 = 0xCBF4_3926

  @Test func aStoredFileIsRead() throws {
    let source = try open("a.zip", zip("d/x.txt", digits, crc: crc))
    #expect(source.files == ["d/x.txt"])
    #expect(try source.read("d/x.txt").text == "123456789")
  }

  @Test func aWrongChecksumIsNamed() throws {
    let source = try open("a.zip", zip("x.txt", digits, crc: crc ^ 1))
    #expect(message { _ = try source.read("x.txt") }.contains("x.txt: its checksum is wrong"))
  }

  @Test(arguments: ["../x", "/x", "a/../../x", "a\\..\\x"])
  func namesThatLeadOutAreRefused(name: String) {
    #expect(message { _ = try open("a.zip", zip(name, digits, crc: crc)) }.contains("leads out of the data set"))
  }

  @Test func linksAndEncryptedFilesAreRefused() throws {
    #expect(message { _ = try open("a.zip", zip("x", digits, crc: crc, mode: 0xA1FF)) }.contains("is a link"))
    let source = try open("b.zip", zip("x", digits, crc: crc, flags: 1))
    #expect(message { _ = try source.read("x") }.contains("encrypted"))
  }

  @Test func everyTruncationIsAnErrorAndNoTrap() throws {
    let whole = zip("d/x.txt", digits, crc: crc)
    for count in 0..<whole.count {
      #expect(message { _ = try open("cut.zip", Array(whole[..<count])).read("d/x.txt") } != "", "\(count)")
    }
  }

  @Test func everyFlippedByteIsReadOrRefused() throws {
    let whole = zip("d/x.txt", digits, crc: crc)
    for place in whole.indices {
      var bytes = whole
      bytes[place] ^= 0xFF
      // No trap; and where it reads, it reads the truth.
      if let text = try? open("flip.zip", bytes).read("d/x.txt").text { #expect(text == "123456789") }
    }
  }

  @Test func aSizePastTheEndIsRefused() throws {
    let source = try open("a.zip", zip("x", digits, crc: crc, size: 0x7FFF_FFFF))
    #expect(message { _ = try source.read("x") }.contains("cut short"))
  }

  /// A tar header: the checksum is the sum of its bytes.
  private func tar(_ name: String, _ data: [UInt8], kind: String = "0") -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, _ offset: Int) { for (i, byte) in text.utf8.enumerated() { block[offset + i] = byte } }
    put(name, 0)
    put("0000644", 100)
    let octal = String(data.count, radix: 8)
    put(String(repeating: "0", count: 11 - octal.count) + octal, 124)
    put("00000000000", 136)
    put("        ", 148)
    put(kind, 156)
    put("ustar\u{0}00", 257)
    let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\u{0} ", 148)
    return block + data + [UInt8](repeating: 0, count: (512 - data.count % 512) % 512)
  }

  private let end = [UInt8](repeating: 0, count: 1024)

  @Test func tarsWithLongNamesAreRead() throws {
    let long = String(repeating: "a", count: 120) + "/x.txt"
    let pax = "x/y.txt"
    let record = "path=\(pax)\n"
    let bytes =
      tar("./d/x.txt", digits) + tar("././@LongLink", Array(long.utf8) + [0], kind: "L") + tar("short", [1])
      + tar("pax", Array("\(record.utf8.count + 3) \(record)".utf8), kind: "x") + tar("short", [2])
      + tar("d/", [], kind: "5")
    let source = try open("a.tar", bytes + end)
    #expect(source.files == [long, "d/x.txt", pax])
    #expect(try source.read("d/x.txt").text == "123456789")
    #expect(source.size(of: pax) == 1)
  }

  @Test(arguments: [
    ("../x", "0", "leads out"), ("x", "2", "is a link"), ("x", "1", "is a link"), ("x", "3", "neither"),
  ])
  func unsafeTarsAreRefused(name: String, kind: String, text: String) {
    #expect(message { _ = try open("a.tar", tar(name, digits, kind: kind) + end) }.contains(text))
  }

  @Test func aTarCutShortIsNamed() {
    let whole = tar("x", digits)
    #expect(message { _ = try open("a.tar", Array(whole[..<515])) }.contains("cut short"))
  }

  /// Written by Scripts/golden/archives.py: 64-bit zips, tars of two formats within gzip of two members each.
  @Test(arguments: ["wide.zip", "deflated.zip", "pax.tar.gz", "gnu.tgz"])
  func whatPythonWritesIsRead(name: String) throws {
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/" + name)
    let umlauts = String(repeating: "ü", count: 60), letters = String(repeating: "a", count: 90)
    let long = "\(umlauts)/\(letters).txt"
    let bytes: [UInt8] = (0..<4000).map { (index: Int) -> UInt8 in
      let square = index * index / 7
      return UInt8((square + index) % 251)
    }
    let source = try FileSources.open(golden.path)
    #expect(Set(source.files) == ["d/digits.txt", long, "bytes.bin"])
    #expect(try source.read("d/digits.txt").text == "123456789" && source.read(long).text == "long")
    #expect(try source.read("bytes.bin").withBytes { Array($0) } == bytes)
    #expect(source.size(of: "bytes.bin") == 4000)
    // Cut anywhere it is an error with words, never another content.
    let whole = try Array(Data(contentsOf: golden))
    for count in stride(from: 0, to: whole.count - 1, by: 97) {
      let text = message {
        let read = try open("cut-" + name, Array(whole[..<count])).read("bytes.bin").withBytes { Array($0) }
        // What of a gzip lies behind the last file is padding.
        if read != bytes { throw CocoaError(.fileReadCorruptFile) }
      }
      #expect(!text.contains("Cocoa"), "\(name) cut to \(count) bytes")
    }
  }
}
