/// The head of an answer.
struct HTTPResponse: Sendable, Equatable {
  /// 200, 404, ...; 0 before the first answer.
  private(set) var status = 0
  private var fields: [String: String] = [:]

  /// Takes in one line of a head. A status line begins a new head (after a 100, or a proxy's answer).
  mutating func take(_ line: String) {
    let line = line.trimmed
    if line.hasPrefix("HTTP/") {
      fields = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    } else if let colon = line.firstIndex(of: ":") {
      fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...]).trimmed
    }
  }

  /// A field by its lower-case name.
  subscript(name: String) -> String? { fields[name] }

  /// The body's length, where it is stated.
  var contentLength: Int? { self["content-length"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// Seconds to wait before the next request, where that is stated as a number.
  var retryAfter: Int? { self["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? $0 : nil } }

  /// What `If-Range` may be given: a strong entity tag, or else the date of the last change.
  var validator: String? {
    if let tag = self["etag"], tag.hasPrefix("\"") { return tag }
    return self["last-modified"]
  }

  /// `Content-Range: bytes 5-9/10` -> first 5, total 10; `bytes */10` -> first nil.
  var contentRange: (first: Int?, total: Int?)? {
    guard let text = self["content-range"], text.hasPrefix("bytes ") else { return nil }
    let parts = text.dropFirst(6).split(separator: "/")
    guard parts.count == 2 else { return nil }
    return (parts[0].split(separator: "-").first.flatMap { Int($0) }, Int(parts[1]))
  }
}

extension String {
  /// Without spaces and line ends on either side.
  fileprivate var trimmed: String {
    var part = Substring(self)
    while let first = part.first, first.isWhitespace { part.removeFirst() }
    while let last = part.last, last.isWhitespace { part.removeLast() }
    return String(part)
  }
}
