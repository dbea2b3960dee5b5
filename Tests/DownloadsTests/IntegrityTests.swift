import Checkpoints
import Downloads
import Foundation
import Testing

/// Nothing wrong ever stands under the final name.
@Suite(.enabled(if: libcurlVersion() != nil, "libcurl is not installed")) struct IntegrityTests {
  @Test func aWrongHashIsRefused() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    let expected = String(repeating: "0", count: 64)
    #expect(
      throws: DownloadError.wrongHash(
        source: server.url("net"), expected: expected, found: sha256(content), record: nil)
    ) {
      try scratch.fetch(weights(sha256: expected), [server.url("net")])
    }
    #expect(scratch.names.isEmpty)
    #expect(server.requests.count == 1)
  }

  @Test func aPrefixIsChecked() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    let right = WeightFile(name: "net", sha256Prefix: String(sha256(content).prefix(8)))
    #expect(try scratch.fetch(right, [server.url("net")]).authority == .prefix)
    #expect(String(decoding: scratch.bytes("net.sha256") ?? [], as: UTF8.self) == "\(sha256(content))  net\n")
    try FileManager.default.removeItem(atPath: scratch.cache)
    let wrong = WeightFile(name: "net", sha256Prefix: "00000000")
    #expect(throws: DownloadError.self) { try scratch.fetch(wrong, [server.url("net")]) }
    #expect(scratch.names.isEmpty)
  }

  @Test func theFirstHashIsRecordedAndBindsTheSecondPull() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { $1.serve(count.next() == 1 ? content.reversed() : content, to: $0) }
    let file = weights(sha256: nil)
    #expect(try scratch.fetch(file, [server.url("net")]).authority == .firstUse)
    try FileManager.default.removeItem(atPath: scratch.cache + "/net")
    #expect(
      throws: DownloadError.wrongHash(
        source: server.url("net"), expected: sha256(content), found: sha256(content.reversed()),
        record: scratch.cache + "/net.sha256")
    ) { try scratch.fetch(file, [server.url("net")]) }
    #expect(scratch.names == ["net.sha256"])
    #expect(try scratch.fetch(file, [server.url("net")]).authority == .record)
  }

  @Test func longerThanItMayBe() throws {
    let scratch = try Scratch()
    let long = content + content + [UInt8](repeating: 0, count: 2 << 20)
    let server = try LocalServer { request, connection in
      if request.path == "stated" {
        connection.answer("200 OK", body: long)
      } else {
        connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        connection.send(long)
      }
    }
    for name in ["stated", "unstated"] {
      #expect(throws: DownloadError.tooLong(source: server.url(name), limit: 500)) {
        try scratch.fetch(weights(bytes: 500), [server.url(name)])
      }
      // The limit of an approximate length: a quarter more, and a mebibyte.
      #expect(throws: DownloadError.tooLong(source: server.url(name), limit: 375_000 + 1_048_576)) {
        try scratch.fetch(weights(), [server.url(name)])
      }
    }
    #expect(scratch.names.isEmpty)
  }

  @Test func shorterThanItMustBe() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(Array(content.dropLast()), to: $0) }
    #expect(throws: DownloadError.self) { try scratch.fetch(weights(bytes: content.count), [server.url("net")]) }
    #expect(!scratch.names.contains("net"))
  }

  /// A portal's page, an empty answer: nobody states a hash, but neither can be the file.
  @Test func aPageInItsPlaceIsNotTrusted() throws {
    let scratch = try Scratch()
    let server = try LocalServer { request, connection in
      connection.answer("200 OK", body: Array((request.path == "page" ? "<html>Log in</html>" : "").utf8))
    }
    #expect(throws: DownloadError.wrongSize(source: server.url("page"), expected: 150_000, found: 19)) {
      try scratch.fetch(weights(sha256: nil), [server.url("page")])
    }
    #expect(throws: DownloadError.wrongSize(source: server.url("empty"), expected: 1, found: 0)) {
      try scratch.fetch(WeightFile(name: "net"), [server.url("empty")])
    }
    #expect(scratch.names.isEmpty)
  }

  @Test func anAnswerThatIsNotHTTP() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.send("220 mail.example ESMTP\r\n") }
    let error = #expect(throws: DownloadError.self) { try scratch.fetch(weights(), [server.url("net")]) }
    #expect(["download.connection", "download.protocol"].contains(error?.code))
    #expect(scratch.names.isEmpty)
  }

  /// `/dev/full` answers every write as a full disk does.
  @Test func aFullDisk() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    try FileManager.default.createDirectory(atPath: scratch.cache, withIntermediateDirectories: true)
    let partial = scratch.cache + "/net.partial"
    try FileManager.default.createSymbolicLink(atPath: partial, withDestinationPath: "/dev/full")
    let error = #expect(throws: DownloadError.diskFull(path: partial, needed: nil, free: nil)) {
      try scratch.fetch(weights(), [server.url("net"), server.url("other")])
    }
    #expect(error?.exitCode == .unwritableOutput)
    #expect(server.requests.count == 1)
    #expect(!scratch.names.contains("net"))
  }

  @Test func aDiskThatIsTooSmallIsNotFilled() throws {
    let scratch = try Scratch()
    let server = try LocalServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 50)\r\nConnection: close\r\n\r\n")
    }
    let file = WeightFile(name: "net", bytes: 1 << 50)
    let error = #expect(throws: DownloadError.self) { try scratch.fetch(file, [server.url("net")]) }
    guard case .diskFull(_, 1 << 50, _?)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!scratch.names.contains("net"))
  }

  @Test func aCacheThatCannotBeWritten() throws {
    let scratch = try Scratch()
    try scratch.write([], to: "file")
    let error = #expect(throws: DownloadError.self) {
      try Scratch.downloader.fetch(
        weights(), from: [.url("http://127.0.0.1:1/net")], into: scratch.path + "/file/cache")
    }
    #expect(error?.exitCode == .unwritableOutput)
  }

  @Test func mirrorFoldersAreCopiedAndChecked() throws {
    let scratch = try Scratch()
    try scratch.write(content, to: "mirror/net")
    try scratch.write(content.reversed(), to: "broken/net")
    let good = WeightsLocator.Source.file(scratch.path + "/mirror/net")
    let bad = WeightsLocator.Source.file(scratch.path + "/broken/net")
    #expect(throws: DownloadError.self) {
      try Scratch.downloader.fetch(weights(), from: [bad], into: scratch.cache)
    }
    #expect(scratch.names.isEmpty)
    _ = try Scratch.downloader.fetch(weights(), from: [bad, good], into: scratch.cache)
    #expect(scratch.bytes("net") == content)
    #expect(scratch.names == ["net", "net.sha256"])
  }
}
