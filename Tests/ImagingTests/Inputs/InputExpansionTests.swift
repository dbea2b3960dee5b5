import Foundation
import Imaging
import Testing

@Suite struct InputExpansionTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "inputs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder + "/b/c", withIntermediateDirectories: true)
    for name in ["b/2.png", "b/10.jpg", "b/c/1.JPEG", "a.jpg", "notes.txt", ".hidden.jpg"] {
      try Data().write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    try Data([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]).write(to: URL(fileURLWithPath: folder + "/b/nameless"))
  }

  private func names(_ arguments: String...) -> [String] {
    InputExpansion.expand(arguments).map { result in
      switch result {
      case .success(let input): input.name.replacingOccurrences(of: folder + "/", with: "")
      case .failure(let fault): "fault: \(fault.reason)"
      }
    }
  }

  @Test func aFolderGivesItsImagesSorted() {
    #expect(names(folder) == ["a.jpg", "b/10.jpg", "b/2.png", "b/c/1.JPEG", "b/nameless"])
  }

  @Test func globsListsAndStandardInput() throws {
    #expect(names(folder + "/b/*.png", "-") == ["b/2.png", "-"])
    let list = folder + "/list.txt"
    try Data("# a comment\n\(folder)/a.jpg\r\n\n  \(folder)/b/2.png\n".utf8).write(to: URL(fileURLWithPath: list))
    #expect(names("@" + list) == ["a.jpg", "b/2.png"])
  }

  @Test func packedInputsAreThoseOfTheArguments() throws {
    let list = folder + "/many.txt"
    try Data((0..<5000).map { "photo\($0).jpg\n" }.joined().utf8).write(to: URL(fileURLWithPath: list))
    let packed = InputExpansion.list(["x.jpg", "@" + list, "-", folder + "/*.gif", "é.png"])
    #expect(packed.count == 5004)
    #expect(
      [0, 1, 5000, 5001, 5002, 5003].map(packed.name) == [
        "x.jpg", "photo0.jpg", "photo4999.jpg", "-", folder + "/*.gif", "é.png",
      ])
    #expect(try packed[5001].get().source == .standardInput && packed[5003].get().source == .file("é.png"))
    #expect(throws: InputExpansion.Fault.self) { try packed[5002].get() }
  }

  @Test func whatGivesNothingSaysSo() throws {
    try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
    #expect(names(folder + "/empty") == ["fault: the folder holds no JPEG or PNG images"])
    #expect(names(folder + "/*.gif") == ["fault: no file matches"])
    #expect(names("") == ["fault: is an empty name"])
    #expect(names("@" + folder + "/none.txt").first?.hasPrefix("fault: cannot be read") == true)
    // A missing file is found out when it is read, so that it is reported in its turn.
    #expect(names(folder + "/none.jpg") == ["none.jpg"])
  }

  @Test func aLinkThatLeadsBackUpEnds() throws {
    try FileManager.default.createSymbolicLink(atPath: folder + "/b/up", withDestinationPath: "..")
    #expect(names(folder) == ["a.jpg", "b/10.jpg", "b/2.png", "b/c/1.JPEG", "b/nameless"])
  }

  @Test func standardInputIsOneImage() {
    #expect(names("-", "-") == ["-", "fault: standard input holds one image and was named before"])
  }

  @Test func aListThatNamesItselfEnds() throws {
    let list = folder + "/loop.txt"
    try Data("@\(list)\n".utf8).write(to: URL(fileURLWithPath: list))
    #expect(names("@" + list) == ["fault: the list names itself"])
  }
}
