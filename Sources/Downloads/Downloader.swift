import Checkpoints
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Brings files into the cache: over http(s) with resume and retries, or from a mirror folder. A file gets its name only when
/// it is whole and its hash is right.
public struct Downloader: Sendable {
  /// Asked while a file comes in; returning false stops the pull, and the part that is here is kept.
  public typealias ProgressHandler = (DownloadProgress) -> Bool

  /// How patient a pull is.
  public struct Settings: Sendable, Equatable {
    /// Seconds for a connection to be made.
    public var connectTimeout = 15
    /// Seconds without a byte after which a connection counts as broken.
    public var stallTimeout = 30
    /// Tries without any progress before a source is given up.
    public var attempts = 4
    /// Tries in all, with or without progress.
    public var maximumAttempts = 50
    /// Milliseconds before the second try; doubled before each further one.
    public var backoffMilliseconds = 500
    /// Redirects followed.
    public var maximumRedirects = 10

    /// The settings of the program.
    public init() {}
  }

  /// How patient a pull is.
  public var settings = Settings()
  /// The library; nil where the machine has none.
  var curl = Curl.shared

  /// A downloader with the program's settings.
  public init() {}

  /// A downloader with other settings, and with the libraries named (none: as on a machine without libcurl).
  package init(settings: Settings, libraries: [String]? = nil) {
    self.settings = settings
    if let libraries { curl = Curl(names: libraries) }
  }

  /// Brings one file into the folder `cache` from the first of `sources` that has it; returns its path and who vouches for it.
  public func fetch(
    _ file: WeightFile, from sources: [WeightsLocator.Source], into cache: String,
    progress: ProgressHandler = { _ in true }
  ) throws(DownloadError) -> (path: String, verdict: Checksum.Verdict) {
    do { try Folder.create(cache) } catch { throw .file(error) }
    let path = Path.join(cache, file.name)
    let partial = try PartialFile(path: path + ".partial") {
      progress(DownloadProgress(name: file.name, phase: .waiting, received: 0, total: file.bytes))
    }
    // Another process may have brought it while this one waited.
    if fileExists(path) {
      partial.discard()
      do {
        return (path, try Checksum(cache: cache).check(path, against: file, place: .cache))
      } catch { throw .weights(error) }
    }
    var failures: [DownloadError] = []
    for source in sources {
      do {
        return (path, try fetch(file, from: source, into: partial, as: path, cache: cache, progress: progress))
      } catch {
        failures.append(error)
        if !error.allowsAnotherSource { break }
      }
    }
    if partial.count == 0 { partial.discard() }
    guard let first = failures.first else {
      throw .connection(url: file.name, reason: "there is no source to fetch it from", canRetry: false)
    }
    throw failures.count == 1 ? first : .allFailed(failures)
  }

  /// From one source; what was resumed and has a wrong hash is fetched once more from its beginning.
  private func fetch(
    _ file: WeightFile, from source: WeightsLocator.Source, into partial: PartialFile, as path: String, cache: String,
    progress: ProgressHandler
  ) throws(DownloadError) -> Checksum.Verdict {
    var mayBeStale = partial.count > 0
    while true {
      switch source {
      case .file(let original): try copy(file, original, into: partial, progress: progress)
      case .url(let url): try download(file, url, into: partial, progress: progress)
      }
      do {
        return try accept(file, source: source, partial: partial, as: path, cache: cache, progress: progress)
      } catch {
        guard mayBeStale, error.isAboutContent else { throw error }
        mayBeStale = false
      }
    }
  }

  /// Compares length and hash, records the hash, and gives the file its name. What is wrong is not kept.
  private func accept(
    _ file: WeightFile, source: WeightsLocator.Source, partial: PartialFile, as path: String, cache: String,
    progress: ProgressHandler
  ) throws(DownloadError) -> Checksum.Verdict {
    let total = partial.count
    guard total >= file.minimumBytes, total <= file.maximumBytes else {
      try partial.restart()
      throw .wrongSize(source: source.text, expected: file.bytes ?? file.minimumBytes, found: total)
    }
    let hash: String?
    do {
      hash = try FileDigest.of(path: partial.path) { bytes in
        progress(DownloadProgress(name: file.name, phase: .verifying, received: bytes, total: total))
      }
    } catch { throw .file(error) }
    guard let hash else { throw .cancelled(file: file.name) }
    let checksum = Checksum(cache: cache)
    let recorded = checksum.record(of: file)?.sha256
    let verdict: Checksum.Verdict
    do {
      verdict = try checksum.judge(hash, path: path, file: file, recorded: recorded)
    } catch {
      try partial.restart()
      guard case .wrongHash(_, let expected, let found) = error else { throw .weights(error) }
      let record = file.sha256 == nil && expected == recorded ? checksum.recordPath(of: file) : nil
      throw .wrongHash(source: source.text, expected: expected, found: found, record: record)
    }
    do { try checksum.write(hash, for: file) } catch { throw .file(error) }
    try partial.commit(as: path)
    return verdict
  }

  /// Copies a file of a mirror folder.
  private func copy(
    _ file: WeightFile, _ original: String, into partial: PartialFile, progress: ProgressHandler
  ) throws(DownloadError) {
    let mapped: MappedFile
    do { mapped = try MappedFile(path: original) } catch { throw .file(error) }
    let total = mapped.bytes.count
    guard total <= file.maximumBytes else { throw .tooLong(source: original, limit: file.maximumBytes) }
    try partial.restart()
    try partial.requireRoom(for: total)
    while partial.count < total {
      let piece = partial.count..<min(partial.count + (4 << 20), total)
      try partial.write(UnsafeRawBufferPointer(rebasing: mapped.bytes[piece]))
      let now = DownloadProgress(name: file.name, phase: .downloading, received: partial.count, total: total)
      guard progress(now) else { throw .cancelled(file: file.name) }
    }
    // The map must outlast the last piece.
    withExtendedLifetime(mapped) {}
  }
}

extension DownloadError {
  /// Whether the bytes themselves are wrong.
  var isAboutContent: Bool {
    switch self {
    case .wrongHash, .wrongSize: true
    default: false
    }
  }
}

extension WeightsLocator.Source {
  /// The path or the URL.
  var text: String {
    switch self {
    case .file(let path): path
    case .url(let url): url
    }
  }
}
