import Checkpoints
import Support

extension WeightsLibrary {
  /// What a check of one file found.
  public struct Verification: Sendable {
    /// The manifest's id.
    public let id: String
    /// The file's name.
    public let file: String
    /// Where it is.
    public let path: String
    /// Its hash and who vouches for it, or what is wrong.
    public let outcome: Result<Checksum.Verdict, WeightsError>
  }

  /// Reads the files of `id` in full and compares their hashes. Throws `missing` where one is not on this machine.
  public func verify(_ id: String) throws(WeightsError) -> [Verification] {
    let manifest = try manifest(id)
    for file in manifest.files {
      let search = locator.search(for: file)
      if search.found == nil { throw locator.missing(file, of: manifest, looked: search.looked) }
    }
    return verify(manifest)
  }

  /// Reads every file that is on this machine in full and compares its hash. Two manifests may share a file: once each.
  public func verifyAll() throws(WeightsError) -> [Verification] {
    var results: [Verification] = []
    for entry in try list() {
      guard let manifest = entry.manifest else {
        if case .invalid(let error) = entry.state {
          results.append(
            Verification(id: entry.id, file: entry.id + ".json", path: error.path, outcome: .failure(error)))
        }
        continue
      }
      results += verify(manifest)
    }
    return results
  }

  private func verify(_ manifest: Manifest) -> [Verification] {
    let checksum = Checksum(cache: locator.cache)
    return manifest.files.compactMap { file in
      guard let found = locator.search(for: file).found else { return nil }
      let outcome = Result { () throws(WeightsError) in
        try checksum.check(found.path, against: file, place: found.place, isThorough: true)
      }
      return Verification(id: manifest.id, file: file.name, path: found.path, outcome: outcome)
    }
  }
}

extension WeightsError {
  /// The file that it is about.
  fileprivate var path: String {
    switch self {
    case .invalidManifest(let path, _, _), .wrongHash(let path, _, _), .wrongSize(let path, _, _): path
    case .file(let error): error.path
    case .unknown(let id, _): id
    case .missing(let missing): missing.file
    case .noHome: ""
    }
  }
}
