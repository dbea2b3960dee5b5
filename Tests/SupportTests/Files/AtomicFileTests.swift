import Foundation
import Support
import Testing

@Suite struct AtomicFileTests {
  private static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "atomic-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func aCommittedFileHoldsAllAndNothingElseIsLeft() throws {
    let folder = try Self.folder()
    try AtomicFile.write(Array("old".utf8), to: folder + "/a.txt")
    let file = try AtomicFile(path: folder + "/a.txt")
    try file.write("new ")
    try file.write(Array("text".utf8))
    #expect(try String(contentsOfFile: folder + "/a.txt", encoding: .utf8) == "old")
    try file.commit()
    #expect(try String(contentsOfFile: folder + "/a.txt", encoding: .utf8) == "new text")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.txt"])
  }

  @Test func adroppedFileLeavesNothing() throws {
    let folder = try Self.folder()
    do {
      let file = try AtomicFile(path: folder + "/a.txt")
      try file.write("half")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func foldersAndMissingFoldersAreNamed() throws {
    let folder = try Self.folder()
    #expect(throws: FileError.unwritable(path: folder, reason: "it is a folder")) { try AtomicFile(path: folder) }
    let path = folder + "/none/a.txt"
    #expect(throws: FileError.unwritable(path: path, reason: "No such file or directory")) {
      try AtomicFile(path: path)
    }
  }
}
