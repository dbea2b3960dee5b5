import Checkpoints
import Downloads
import Foundation
import Testing

@Suite(.enabled(if: libcurlVersion() != nil, "libcurl is not installed")) struct DownloaderTests {
  @Test func aFileArrivesWhole() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    let seen = Count()
    let verdict = try scratch.fetch(weights(bytes: content.count), [server.url("net")]) {
      _ = seen.next()
      return $0.name == "net" && ($0.total == nil || $0.total == content.count)
    }
    #expect(verdict.authority == .manifest)
    #expect(scratch.names == ["net", "net.sha256"])
    #expect(scratch.bytes("net") == content)
    #expect(seen.next() > 0)
    #expect(server.requests.count == 1 && server.requests[0].fields["user-agent"] == "vision")
  }

  @Test func chunkedWithoutALength() throws {
    let scratch = try Scratch()
    let server = try LocalServer { _, connection in
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
      for start in stride(from: 0, to: content.count, by: 70_001) {
        let piece = content[start..<min(start + 70_001, content.count)]
        connection.send(String(piece.count, radix: 16) + "\r\n")
        connection.send(piece)
        connection.send("\r\n")
      }
      connection.send("0\r\n\r\n")
    }
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
  }

  @Test func redirectsAreFollowed() throws {
    let scratch = try Scratch()
    let server = try LocalServer { request, connection in
      switch request.path {
      case "net": connection.answer("302 Found", ["Location: /a/b"], body: Array("moved".utf8))
      case "a/b": connection.answer("307 Temporary Redirect", ["Location: ../c"], body: [])
      default: connection.serve(content, to: request)
      }
    }
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.path) == ["net", "a/b", "c"])
  }

  @Test func redirectsThatLeadNowhere() throws {
    let scratch = try Scratch()
    let server = try LocalServer { request, connection in
      let target = ["file": "file:///etc/passwd", "ftp": "ftp://127.0.0.1/net"][request.path] ?? "/loop"
      connection.answer("301 Moved Permanently", ["Location: \(target)"], body: [])
    }
    #expect(throws: DownloadError.tooManyRedirects(url: server.url("loop"), limit: 10)) {
      try scratch.fetch(weights(), [server.url("loop")])
    }
    #expect(server.requests.count == 11)
    for (name, target) in [("file", "file:///etc/passwd"), ("ftp", "ftp://127.0.0.1/net")] {
      #expect(throws: DownloadError.refusedRedirect(url: server.url(name), target: target)) {
        try scratch.fetch(weights(), [server.url(name)])
      }
    }
    #expect(scratch.names.isEmpty)
  }

  @Test func aMissingFileIsNotAskedForTwice() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.answer("404 Not Found", body: Array("<html>".utf8)) }
    let error = #expect(throws: DownloadError.status(url: server.url("net"), code: 404, retryAfter: nil)) {
      try scratch.fetch(weights(), [server.url("net")])
    }
    #expect(error?.exitCode == .missingInput)
    #expect(server.requests.count == 1)
    #expect(scratch.names.isEmpty)
  }

  @Test func aFaultOfTheServerIsTriedAgain() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { request, connection in
      switch count.next() {
      case 0: connection.answer("500 Internal Server Error", body: [])
      case 1: connection.answer("503 Service Unavailable", ["Retry-After: 0"], body: Array("busy".utf8))
      default: connection.serve(content, to: request)
      }
    }
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.count == 3)
  }

  @Test func aServerThatStaysAtFaultIsGivenUp() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.answer("500 Internal Server Error", body: []) }
    #expect(throws: DownloadError.status(url: server.url("net"), code: 500, retryAfter: nil)) {
      try scratch.fetch(weights(), [server.url("net")])
    }
    #expect(server.requests.count == 3)
  }

  @Test func theNextSourceIsTried() throws {
    let scratch = try Scratch()
    let server = try LocalServer { request, connection in
      switch request.path {
      case "wrong/net": connection.answer("200 OK", body: content.reversed())
      case "right/net": connection.serve(content, to: request)
      default: connection.answer("404 Not Found", body: [])
      }
    }
    try scratch.fetch(weights(), ["none/net", "wrong/net", "right/net"].map(server.url))
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.count == 3)
    try FileManager.default.removeItem(atPath: scratch.cache)
    let error = #expect(throws: DownloadError.self) {
      try scratch.fetch(weights(), ["none/net", "wrong/net"].map(server.url))
    }
    guard case .allFailed(let failures)? = error else { return }
    #expect(failures.map(\.code) == ["download.status", "download.hash"])
  }

  @Test func nobodyListens() throws {
    let scratch = try Scratch()
    let url: String
    do { url = try LocalServer { _, _ in }.url("net") }
    usleep(100_000)
    let error = #expect(throws: DownloadError.self) { try scratch.fetch(weights(), [url]) }
    #expect(error?.code == "download.connection" && error?.exitCode == .missingInput)
    #expect(scratch.names.isEmpty)
  }

  @Test func aMachineWithoutLibcurlSaysSo() throws {
    let scratch = try Scratch()
    let downloader = Downloader(settings: .init(), libraries: ["libnothere.so.9"])
    let error = #expect(throws: DownloadError.noLibrary) {
      try downloader.fetch(weights(), from: [.url("http://127.0.0.1:1/net")], into: scratch.cache)
    }
    #expect(error?.description.contains("libcurl.so.4") == true && error?.description.contains("VISION_MIRROR") == true)
    // A mirror folder needs no library.
    try scratch.write(content, to: "mirror/net")
    _ = try downloader.fetch(weights(), from: [.file(scratch.path + "/mirror/net")], into: scratch.cache)
    #expect(scratch.bytes("net") == content)
  }
}
