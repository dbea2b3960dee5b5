import Checkpoints
import Downloads
import Foundation
import Testing

@Suite(.enabled(if: libcurlVersion() != nil, "libcurl is not installed")) struct ResumeTests {
  /// A head that promises everything, and the first `count` bytes.
  static func breakOff(_ connection: LocalServer.Connection, after count: Int, tag: String? = nil) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n")
    if let tag { connection.send("ETag: \(tag)\r\n") }
    connection.send("\r\n")
    connection.send(content[..<count])
  }

  @Test func aDroppedConnectionGoesOnWhereItBroke() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { request, connection in
      if count.next() == 0 {
        Self.breakOff(connection, after: 100_000, tag: "\"v1\"")
      } else {
        connection.serve(content, to: request, tag: "\"v1\"")
      }
    }
    try scratch.fetch(weights(bytes: content.count), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [nil, 100_000])
    #expect(server.requests[1].fields["if-range"] == "\"v1\"")
    #expect(scratch.names == ["net", "net.sha256"])
  }

  @Test func thePartIsKeptBetweenRuns() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { request, connection in
      if count.next() == 0 {
        Self.breakOff(connection, after: 250_000)
      } else {
        connection.serve(content, to: request)
      }
    }
    let error = #expect(throws: DownloadError.cancelled(file: "net")) {
      try scratch.fetch(weights(), [server.url("net")]) { $0.phase != .retrying }
    }
    #expect(error?.exitCode == .interrupted)
    #expect(scratch.names == ["net.partial", "net.partial.info"])
    #expect(scratch.bytes("net.partial") == Array(content[..<250_000]))
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [nil, 250_000])
    #expect(scratch.names == ["net", "net.sha256"])
  }

  @Test func stoppedWhileBytesComeIn() throws {
    let scratch = try Scratch()
    let server = try LocalServer { _, connection in
      Self.breakOff(connection, after: 200_000)
      sleep(5)
    }
    #expect(throws: DownloadError.cancelled(file: "net")) {
      try scratch.fetch(weights(), [server.url("net"), server.url("other")]) { $0.received < 100_000 }
    }
    #expect(scratch.bytes("net.partial")?.isEmpty == false && server.requests.count == 1)
  }

  @Test func aServerWithoutRangesStartsAgain() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { _, connection in
      if count.next() == 0 {
        Self.breakOff(connection, after: 100_000)
      } else {
        connection.answer("200 OK", body: content)
      }
    }
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [nil, 100_000])
  }

  @Test func aFileThatChangedMeanwhileStartsAgain() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { request, connection in
      if count.next() == 0 {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\nETag: \"old\"\r\n\r\n")
        connection.send([UInt8](repeating: 7, count: 5_000))
      } else {
        connection.serve(content, to: request, tag: "\"new\"")
      }
    }
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
  }

  /// No entity tag, and the same length: only the hash can tell that the part was of another file.
  @Test func aPartOfAnotherFileIsFoundByItsHash() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    try scratch.write([UInt8](repeating: 7, count: 5_000), to: "cache/net.partial")
    try scratch.write("\(server.url("net"))\n\n\(content.count)\n".utf8, to: "cache/net.partial.info")
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [5_000, nil])
  }

  @Test func aPartOfAnotherLengthIsThrownAway() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    try scratch.write([UInt8](repeating: 7, count: 5_000), to: "cache/net.partial")
    try scratch.write("\(server.url("net"))\n\n1234567\n".utf8, to: "cache/net.partial.info")
    try scratch.fetch(weights(), [server.url("net")])
    #expect(server.requests.map(\.firstByte) == [5_000, nil])
    #expect(scratch.bytes("net") == content)
  }

  @Test func aPartOfUnknownOriginIsThrownAway() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    try scratch.write([UInt8](repeating: 7, count: 5_000), to: "cache/net.partial")
    try scratch.fetch(weights(), [server.url("net")])
    #expect(server.requests.map(\.firstByte) == [nil])
    #expect(scratch.bytes("net") == content)
  }

  @Test func aPartThatIsTheWholeOnlyNeedsItsName() throws {
    let scratch = try Scratch()
    let server = try LocalServer { $1.serve(content, to: $0) }
    try scratch.write(content, to: "cache/net.partial")
    try scratch.write("\(server.url("net"))\n\n\(content.count)\n".utf8, to: "cache/net.partial.info")
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [300_000])
  }

  @Test func aStalledConnectionIsGivenUp() throws {
    let scratch = try Scratch()
    let count = Count()
    let server = try LocalServer { request, connection in
      if count.next() == 0 {
        Self.breakOff(connection, after: 1_000)
        sleep(20)
      } else {
        connection.serve(content, to: request)
      }
    }
    let start = Date()
    try scratch.fetch(weights(), [server.url("net")])
    #expect(scratch.bytes("net") == content)
    #expect(server.requests.map(\.firstByte) == [nil, 1_000])
    #expect(Date().timeIntervalSince(start) < 15)
  }

  @Test func twoPullsAtOnceFetchOnce() async throws {
    let scratch = try Scratch()
    let server = try LocalServer { request, connection in
      usleep(300_000)
      connection.serve(content, to: request)
    }
    let url = server.url("net")
    let verdicts = try await withThrowingTaskGroup(of: Checksum.Authority.self) { group in
      for _ in 0..<2 { group.addTask { try scratch.fetch(weights(), [url]).authority } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(verdicts == [.manifest, .manifest])
    #expect(server.requests.count == 1)
    #expect(scratch.names == ["net", "net.sha256"])
  }
}
