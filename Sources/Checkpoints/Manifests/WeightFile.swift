/// One published file: its name, length, hash, and where it is to be had.
public struct WeightFile: Sendable, Equatable, Codable {
  /// The name that it has in `Weights/`, the cache and a mirror. No folder in it.
  public let name: String
  /// Its exact length in bytes, where known.
  public let bytes: Int?
  /// Its length as its publisher rounds it, where the exact one is not known: for messages and as a bound.
  public let approximateBytes: Int?
  /// Its SHA-256, 64 lower-case hexadecimal digits, where somebody who can be named states it.
  public let sha256: String?
  /// The first digits of its SHA-256, where its publisher gives only those (`resnet18-f37072fd.pth`).
  public let sha256Prefix: String?
  /// Who states the hash.
  public let hashSource: String?
  /// Where it is published, best first. `http` and `https` only.
  public let urls: [String]

  /// Past this many bytes a download of it is stopped.
  public var maximumBytes: Int {
    if let bytes { return bytes }
    guard let approximateBytes else { return 4 << 30 }
    return approximateBytes + approximateBytes / 4 + (1 << 20)
  }

  /// With fewer bytes than this it cannot be the file (but, say, a page that a network's portal puts in its place).
  public var minimumBytes: Int { bytes ?? approximateBytes.map { $0 / 2 } ?? 1 }

  /// A file as a manifest lists it.
  public init(
    name: String, bytes: Int? = nil, approximateBytes: Int? = nil, sha256: String? = nil, sha256Prefix: String? = nil,
    hashSource: String? = nil, urls: [String] = []
  ) {
    self.name = name
    self.bytes = bytes
    self.approximateBytes = approximateBytes
    self.sha256 = sha256
    self.sha256Prefix = sha256Prefix
    self.hashSource = hashSource
    self.urls = urls
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, bytes, approximateBytes, sha256, sha256Prefix, hashSource, urls
  }

  /// Reads a manifest's entry; every value is checked here.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    bytes = try values.decodeIfPresent(Int.self, forKey: .bytes)
    approximateBytes = try values.decodeIfPresent(Int.self, forKey: .approximateBytes)
    sha256 = try values.decodeIfPresent(String.self, forKey: .sha256)
    sha256Prefix = try values.decodeIfPresent(String.self, forKey: .sha256Prefix)
    hashSource = try values.decodeIfPresent(String.self, forKey: .hashSource)
    urls = try values.decodeIfPresent([String].self, forKey: .urls) ?? []
    guard isPlainFileName(name) else {
      throw values.fault(.name, "is not the plain name of a file: \"\(name)\"")
    }
    for (key, value) in [(CodingKeys.bytes, bytes), (.approximateBytes, approximateBytes)] {
      guard let value else { continue }
      guard value > 0, value <= 1 << 40 else { throw values.fault(key, "is not a length of a file: \(value)") }
    }
    if let sha256, sha256.utf8.count != 64 || !isHexadecimal(sha256) {
      throw values.fault(.sha256, "is not 64 lower-case hexadecimal digits: \"\(sha256)\"")
    }
    if let sha256Prefix, !(6...64).contains(sha256Prefix.utf8.count) || !isHexadecimal(sha256Prefix) {
      throw values.fault(.sha256Prefix, "is not 6 to 64 lower-case hexadecimal digits: \"\(sha256Prefix)\"")
    }
    for url in urls where !url.hasPrefix("https://") && !url.hasPrefix("http://") {
      throw values.fault(.urls, "holds a URL that is neither http nor https: \"\(url)\"")
    }
  }
}

/// Whether a name can stand alone in any folder: no slash, not hidden, not empty, no control characters.
func isPlainFileName(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".") && !name.hasSuffix(".partial")
    && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
}

private func isHexadecimal(_ text: String) -> Bool {
  text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
}
