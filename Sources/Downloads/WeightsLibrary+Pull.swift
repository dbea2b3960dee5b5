import Checkpoints
import Support

extension WeightsLibrary {
  /// The files of a model, all on this machine and checked.
  public struct Pulled: Sendable, Equatable {
    /// Whose they are.
    public let manifest: Manifest
    /// The weights' path.
    public let weights: String
    /// The path of the network's description, for formats that have one.
    public let configuration: String?
    /// Names of the files that were fetched now.
    public let fetched: [String]
    /// What the user should know, one line each: hashes that nobody vouches for.
    public let notes: [String]
  }

  /// Brings all files of an id to this machine, or finds them here. Each is checked.
  public func pull(
    _ id: String, progress: Downloader.ProgressHandler = { _ in true }
  ) throws(DownloadError) -> Pulled {
    let manifest: Manifest
    do { manifest = try self.manifest(id) } catch { throw .weights(error) }
    return try pull(manifest, progress: progress)
  }

  /// Brings all files of a manifest to this machine, or finds them here. Each is checked.
  public func pull(
    _ manifest: Manifest, progress: Downloader.ProgressHandler = { _ in true }
  ) throws(DownloadError) -> Pulled {
    var paths: [String] = [], fetched: [String] = [], notes: [String] = []
    for file in manifest.files {
      let search = locator.search(for: file)
      let path: String, verdict: Checksum.Verdict
      if let found = search.found {
        path = found.path
        do {
          verdict = try Checksum(cache: locator.cache).check(path, against: file, place: found.place)
        } catch { throw .weights(error) }
      } else {
        guard !search.sources.isEmpty else {
          throw .weights(locator.missing(file, of: manifest, looked: search.looked))
        }
        guard let cache = locator.cache else {
          throw .file(
            .unwritable(path: file.name, reason: "there is no cache folder; set VISION_CACHE, or HOME, to have one"))
        }
        do {
          (path, verdict) = try downloader.fetch(file, from: search.sources, into: cache, progress: progress)
        } catch {
          throw explain(error, file, of: manifest, looked: search.looked)
        }
        fetched.append(file.name)
      }
      paths.append(path)
      if let note = Self.note(on: file, verdict) { notes.append(note) }
    }
    return Pulled(
      manifest: manifest, weights: paths[0], configuration: paths.count > 1 ? paths[1] : nil, fetched: fetched,
      notes: notes)
  }

  /// The fault as it is where it is about the file or this machine; where no source could be reached, what is missing as well.
  private func explain(
    _ error: DownloadError, _ file: WeightFile, of manifest: Manifest, looked: [String]
  ) -> DownloadError {
    guard error.isAboutReaching, case .missing(var missing) = locator.missing(file, of: manifest, looked: looked) else {
      return error
    }
    missing.failure = error.description
    return .weights(.missing(missing))
  }

  /// What to say of a hash that nobody vouches for.
  private static func note(on file: WeightFile, _ verdict: Checksum.Verdict) -> String? {
    guard verdict.authority == .firstUse else { return nil }
    return
      "\(file.name): its publisher states no SHA-256; that of this first copy is now recorded and compared from here on "
      + "(\(verdict.sha256))"
  }
}
