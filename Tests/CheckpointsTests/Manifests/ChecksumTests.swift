import Checkpoints
import Foundation
import Testing

/// SHA-256 of `abc`: FIPS 180-2, appendix B.1.
private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
/// SHA-256 of nothing: NIST's example values.
private let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

@Suite struct ChecksumTests {
  @Test func knownDigests() throws {
    let folder = try TemporaryFolder()
    #expect(try FileDigest.of(path: folder.write("abc", to: "abc")) == abc)
    #expect(try FileDigest.of(path: folder.write("", to: "empty")) == nothing)
    var digest = FileDigest()
    for piece in ["a", "", "bc"] { Array(piece.utf8).withUnsafeBytes { digest.update($0) } }
    #expect(digest.hexadecimal() == abc)
    // A million times `a` (FIPS 180-2, appendix B.3), in more than one piece of the file.
    let million = try folder.write(String(repeating: "a", count: 1_000_000), to: "million")
    #expect(
      try FileDigest.of(path: million) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func theManifestsHashDecides() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", to: "cache/net")
    let checksum = Checksum(cache: folder("cache"))
    func check(_ file: WeightFile) throws -> Checksum.Authority {
      try checksum.check(path, against: file, place: .cache, isThorough: true).authority
    }
    #expect(try check(WeightFile(name: "net", sha256: abc)) == .manifest)
    #expect(throws: WeightsError.wrongHash(path: path, expected: nothing, found: abc)) {
      try check(WeightFile(name: "net", sha256: nothing))
    }
    #expect(throws: WeightsError.wrongHash(path: path, expected: "e3b0c442...", found: abc)) {
      try check(WeightFile(name: "net", sha256Prefix: "e3b0c442"))
    }
    #expect(throws: WeightsError.wrongSize(path: path, expected: 4, found: 3)) {
      try check(WeightFile(name: "net", bytes: 4))
    }
  }

  @Test func theFirstHashIsRecordedAndComparedEverAfter() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", to: "cache/net")
    let checksum = Checksum(cache: folder("cache")), file = WeightFile(name: "net")
    #expect(try checksum.check(path, against: file, place: .cache).authority == .firstUse)
    #expect(try String(contentsOfFile: folder("cache/net.sha256"), encoding: .utf8) == "\(abc)  net\n")
    #expect(try checksum.check(path, against: file, place: .cache).authority == .record)
    // Changed after it was recorded: read again, and refused.
    try folder.write("abd", to: "cache/net")
    try FileManager.default.setAttributes([.modificationDate: Date() + 10], ofItemAtPath: path)
    #expect(throws: WeightsError.self) { try checksum.check(path, against: file, place: .cache) }
    #expect(throws: WeightsError.self) { try checksum.check(path, against: file, place: .cache, isThorough: true) }
    #expect(try String(contentsOfFile: folder("cache/net.sha256"), encoding: .utf8).hasPrefix(abc))
  }

  @Test func aRecordThatIsNoneCountsForNothing() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("abc", to: "cache/net")
    try folder.write("rubbish", to: "cache/net.sha256")
    let verdict = try Checksum(cache: folder("cache")).check(path, against: WeightFile(name: "net"), place: .cache)
    #expect(verdict.sha256 == abc && verdict.authority == .firstUse)
  }
}
