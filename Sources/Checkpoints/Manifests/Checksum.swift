import Support

/// Compares files with what their publisher and the first pull said of them.
///
/// The cache keeps `NAME.sha256` beside `NAME`, in the form that `sha256sum --check` reads. It is written before a file gets
/// its name, so that a file in the cache that is older than its record has not changed since it was checked.
public struct Checksum: Sendable, Equatable {
  /// What a check found.
  public struct Verdict: Sendable, Equatable {
    /// The file's SHA-256.
    public let sha256: String
    /// Who says that this is the right one.
    public let authority: Authority
  }

  /// Who vouches for a hash.
  public enum Authority: Sendable, Equatable {
    /// The manifest has the whole hash.
    case manifest
    /// The manifest has the publisher's first digits.
    case prefix
    /// The first pull recorded it; nobody else states one.
    case record
    /// Nobody: this is the first time that the file is seen.
    case firstUse
  }

  /// The cache's folder; nil where there is none.
  public let cache: String?

  /// Checks with the records of a cache.
  public init(cache: String?) { self.cache = cache }

  /// Checks a file on this machine. A file of the cache that has not changed since it was recorded is not read again,
  /// unless `isThorough`.
  public func check(
    _ path: String, against file: WeightFile, place: WeightsLocator.Place, isThorough: Bool = false
  ) throws(WeightsError) -> Verdict {
    let recorded = record(of: file)
    guard let status = fileStatus(path) else {
      throw .file(.unreadable(path: path, reason: "it is not a regular file"))
    }
    if let expected = file.bytes, status.bytes != expected {
      throw .wrongSize(path: path, expected: expected, found: status.bytes)
    }
    if !isThorough, place == .cache, let recorded, recorded.modified >= status.modified {
      return try judge(recorded.sha256, path: path, file: file, recorded: recorded.sha256)
    }
    let hash: String?
    do { hash = try FileDigest.of(path: path) } catch { throw .file(error) }
    let verdict = try judge(hash ?? "", path: path, file: file, recorded: place == .cache ? recorded?.sha256 : nil)
    if place == .cache { try? write(verdict.sha256, for: file) }
    return verdict
  }

  /// Whether `hash` is what the manifest, or else the record, asks for. Throws `wrongHash`, `path` naming the file.
  public func judge(
    _ hash: String, path: String, file: WeightFile, recorded: String?
  ) throws(WeightsError) -> Verdict {
    if let expected = file.sha256, hash != expected {
      throw .wrongHash(path: path, expected: expected, found: hash)
    }
    if let prefix = file.sha256Prefix, !hash.hasPrefix(prefix) {
      throw .wrongHash(path: path, expected: prefix + "...", found: hash)
    }
    if file.sha256 != nil { return Verdict(sha256: hash, authority: .manifest) }
    if let recorded, hash != recorded {
      throw .wrongHash(path: path, expected: recorded, found: hash)
    }
    if file.sha256Prefix != nil { return Verdict(sha256: hash, authority: .prefix) }
    return Verdict(sha256: hash, authority: recorded == nil ? .firstUse : .record)
  }

  /// The hash recorded at the first pull, and when it was written.
  public func record(of file: WeightFile) -> (sha256: String, modified: Int)? {
    guard let path = recordPath(of: file), let status = fileStatus(path), status.bytes < 4096,
      let mapped = try? MappedFile(path: path, limit: 4096)
    else { return nil }
    let hash = withExtendedLifetime(mapped) { String(decoding: mapped.bytes.prefix(64), as: UTF8.self) }
    guard hash.utf8.count == 64, hash.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else {
      return nil
    }
    return (hash, status.modified)
  }

  /// Records a hash in the cache.
  public func write(_ sha256: String, for file: WeightFile) throws(FileError) {
    guard let path = recordPath(of: file) else { return }
    try AtomicFile.write(Array("\(sha256)  \(file.name)\n".utf8), to: path)
  }

  /// Where a file's record is kept.
  public func recordPath(of file: WeightFile) -> String? { cache.map { Path.join($0, file.name + ".sha256") } }
}
