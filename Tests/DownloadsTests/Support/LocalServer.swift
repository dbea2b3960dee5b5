import Foundation
import Synchronization

/// An HTTP server on 127.0.0.1 and a port of its own, whose every answer a test writes byte by byte.
final class LocalServer: Sendable {
  /// What a client asked for.
  struct Request: Sendable {
    let path: String
    let fields: [String: String]
    /// The first byte that `Range` asks for.
    var firstByte: Int? {
      guard let range = fields["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else { return nil }
      return Int(range.dropFirst(6).dropLast())
    }
  }

  /// The open connection: an answer is what is sent before the handler returns.
  struct Connection {
    fileprivate let socket: Int32
    func send(_ bytes: some Sequence<UInt8>) {
      let bytes = Array(bytes)
      var done = 0
      while done < bytes.count {
        let sent = bytes.withUnsafeBytes {
          Glibc.send(socket, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
        }
        if sent <= 0 { return }
        done += sent
      }
    }
    func send(_ text: String) { send(text.utf8) }
    /// A head and a body with its length.
    func answer(_ status: String, _ fields: [String] = [], body: some Collection<UInt8>) {
      send(
        (["HTTP/1.1 \(status)"] + fields + ["Content-Length: \(body.count)", "Connection: close", "", ""]).joined(
          separator: "\r\n"))
      send(body)
    }
    /// The whole file, or the part of it that is asked for.
    func serve(_ file: [UInt8], to request: Request, tag: String? = nil) {
      let fields = tag.map { ["ETag: \($0)"] } ?? []
      guard let first = request.firstByte, request.fields["if-range"].map({ $0 == tag }) ?? true else {
        return answer("200 OK", fields, body: file)
      }
      guard first < file.count else {
        return answer("416 Range Not Satisfiable", ["Content-Range: bytes */\(file.count)"], body: [])
      }
      answer(
        "206 Partial Content", fields + ["Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)"],
        body: file[first...])
    }
  }

  typealias Handler = @Sendable (Request, Connection) -> Void

  let port: UInt16
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  /// Everything that was asked so far.
  var requests: [Request] { seen.withLock { $0 } }

  init(_ handler: @escaping Handler) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        if client < 0 { return }
        Thread.detachNewThread { [weak self] in
          if let request = Self.read(client) {
            self?.seen.withLock { $0.append(request) }
            handler(request, Connection(socket: client))
          }
          shutdown(client, Int32(SHUT_WR))
          close(client)
        }
      }
    }
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  /// The address of a file.
  func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

  private static func read(_ client: Int32) -> Request? {
    var head: [UInt8] = [], piece = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: head, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(client, &piece, piece.count, 0)
      if count <= 0 { return nil }
      head += piece[..<count]
    }
    let lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { continue }
      fields[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    let path = lines.first?.components(separatedBy: " ").dropFirst().first ?? "/"
    return Request(path: String(path.dropFirst()), fields: fields)
  }
}
