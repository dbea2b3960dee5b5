import Checkpoints
import Downloads
import Foundation
import Testing

@Suite struct WeightsLibraryTests {
  static let configuration = Array("[net]\n".utf8)

  /// A home with one darknet model, whose files a mirror folder has.
  func library(_ scratch: Scratch, hash: String? = sha256(content), isOffline: Bool = true) throws -> WeightsLibrary {
    let hashEntry = hash.map { ", \"sha256\": \"\($0)\", \"hashSource\": \"the test\"" } ?? ""
    let text = """
      {"id": "tiny", "model": "tiny", "task": "detection", "format": "darknet",
       "weights": {"name": "net", "bytes": \(content.count)\(hashEntry)},
       "configuration": {"name": "net.cfg"}, "licence": "MIT", "source": "https://example.org", "paper": "Nobody 2020",
       "metrics": [{"name": "AP", "value": 25.8, "data": "COCO val2017"}], "inputContract": {"size": [64, 32], "fit": "letterbox"}, "labels": ["cat"]}
      """
    try scratch.write(text.utf8, to: "home/Weights/tiny.json")
    try scratch.write(content, to: "mirror/net")
    try scratch.write(Self.configuration, to: "mirror/net.cfg")
    let locator = WeightsLocator(
      home: WeightsHome(path: scratch.path + "/home"), cache: scratch.cache, mirror: .folder(scratch.path + "/mirror"),
      isOffline: isOffline)
    return WeightsLibrary(locator: locator, downloader: Scratch.downloader)
  }

  @Test func listPullVerify() throws {
    let scratch = try Scratch()
    let library = try library(scratch)
    #expect(try library.list().map(\.state) == [.absent])
    #expect(throws: WeightsError.self) { try library.verify("tiny") }

    let pulled = try library.pull("tiny")
    #expect(pulled.weights == scratch.cache + "/net" && pulled.configuration == scratch.cache + "/net.cfg")
    #expect(pulled.fetched == ["net", "net.cfg"])
    #expect(pulled.notes.count == 1 && pulled.notes[0].hasPrefix("net.cfg: its publisher states no SHA-256"))
    #expect(
      try library.list().map(\.state)
        == [.present(path: scratch.cache + "/net", place: .cache, bytes: content.count)])

    let again = try library.pull("tiny")
    #expect(again.fetched.isEmpty && again.notes.isEmpty)
    #expect(try library.verifyAll().map { try $0.outcome.get().authority } == [.manifest, .record])
  }

  @Test func aFileThatRotsIsFound() throws {
    let scratch = try Scratch()
    let library = try library(scratch)
    _ = try library.pull("tiny")
    // One byte of each changes; length and date stay, so that only reading it tells.
    for (name, original) in [("net", content), ("net.cfg", Self.configuration)] {
      let path = scratch.cache + "/" + name
      let date = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate]
      var bytes = original
      bytes[3] ^= 1
      try scratch.write(bytes, to: "cache/" + name)
      try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: path)
    }
    let outcomes = try library.verify("tiny").map(\.outcome)
    #expect(outcomes.count == 2)
    for outcome in outcomes { #expect(throws: WeightsError.self) { try outcome.get() } }
  }

  @Test func aBadManifestDoesNotHideTheOthers() throws {
    let scratch = try Scratch()
    let library = try library(scratch)
    try scratch.write("{\"id\": 3}".utf8, to: "home/Weights/bad.json")
    let entries = try library.list()
    #expect(entries.map(\.id) == ["bad", "tiny"])
    guard case .invalid(.invalidManifest(_, let key, _)) = entries[0].state else {
      Issue.record("\(entries[0].state)")
      return
    }
    #expect(key == "id")
    #expect(try library.verifyAll().count == 1)
  }

  @Test func whatIsNowhereIsNamed() throws {
    let scratch = try Scratch()
    var library = try library(scratch)
    library.locator.mirror = nil
    let error = #expect(throws: DownloadError.self) { try library.pull("tiny") }
    #expect(error?.exitCode == .missingInput)
    #expect(error?.description.hasPrefix("tiny: weights are missing (net, 300.0 kB; looked in ") == true)
    let unknown = #expect(throws: DownloadError.self) { try library.pull("tyni") }
    #expect(unknown == .weights(.unknown(id: "tyni", nearest: ["tiny"])))
  }

  @Test(.enabled(if: libcurlVersion() != nil, "libcurl is not installed"))
  func whatCannotBeFetchedIsNamedWithTheReason() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.answer("404 Not Found", body: []) }
    var library = try library(scratch, isOffline: false)
    library.locator.mirror = .url(server.url("mirror"))
    let error = #expect(throws: DownloadError.self) { try library.pull("tiny") }
    #expect(error?.code == "weights.missing" && error?.exitCode == .missingInput)
    let text = error?.description ?? ""
    #expect(text.hasPrefix("tiny: weights are missing (net, 300.0 kB; looked in \(scratch.path)/home/Weights, "))
    #expect(
      text.contains("fetching failed: \(server.url("mirror/net")): the server answers 404 (not there); try again"))
    // A file that is there but wrong is another matter.
    let other = try LocalServer { $1.answer("200 OK", body: content.reversed()) }
    library.locator.mirror = .url(other.url("mirror"))
    let wrong = #expect(throws: DownloadError.self) { try library.pull("tiny") }
    #expect(wrong?.code == "download.hash" && wrong?.exitCode == .damagedInput)
  }

  @Test func theCardSaysWhatIsKnown() throws {
    let scratch = try Scratch()
    let library = try library(scratch)
    let card = try library.card(library.manifest("tiny")).map { "\($0.name): \($0.value)" }
    #expect(card.contains("published: AP 25.8 on COCO val2017"))
    #expect(card.contains("file: net, 300.0 kB, sha256 \(sha256(content)), not here"))
    #expect(card.contains("file: net.cfg, no published hash (the first pull records it), not here"))
  }
}
