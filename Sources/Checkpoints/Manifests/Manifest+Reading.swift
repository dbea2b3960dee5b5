import FoundationEssentials
import Support

extension Manifest {
  /// Reads the manifest of `id`. Throws `unknown` where there is none, `invalidManifest` where it is not well formed.
  public static func load(id: String, in home: WeightsHome) throws(WeightsError) -> Manifest {
    let path = Path.join(home.weights, id + ".json")
    guard isPlainFileName(id), fileExists(path) else {
      throw .unknown(id: id, nearest: nearest(to: id, among: (try? ids(in: home)) ?? []))
    }
    return try load(path: path)
  }

  /// Reads a manifest file. Its id must be its name.
  public static func load(path: String) throws(WeightsError) -> Manifest {
    let text = try readSmallFile(path)
    let manifest: Manifest
    do {
      manifest = try JSONDecoder().decode(Manifest.self, from: Data(text))
    } catch let error as DecodingError {
      let place = error.place
      throw .invalidManifest(path: path, key: place.key, reason: place.reason)
    } catch {
      throw .invalidManifest(path: path, key: "", reason: "is not JSON")
    }
    guard manifest.id == Path.stem(of: path) else {
      throw .invalidManifest(path: path, key: "id", reason: "is \"\(manifest.id)\" (expected the file's own name)")
    }
    return manifest
  }

  /// The ids of all manifests, sorted.
  public static func ids(in home: WeightsHome) throws(WeightsError) -> [String] {
    do {
      return try Folder.names(in: home.weights).filter { $0.hasSuffix(".json") }.map { Path.stem(of: $0) }
    } catch {
      throw .file(error)
    }
  }

  /// The classes in the network's order; empty where the manifest names none.
  public func labels(in home: WeightsHome) throws(WeightsError) -> [String] {
    switch labels {
    case nil: return []
    case .inline(let list): return list
    case .file(let name): return try Self.lines(name, in: home)
    }
  }

  /// The data set's own id of each class; empty where the manifest names none.
  public func categoryIDs(in home: WeightsHome) throws(WeightsError) -> [Int] {
    switch postprocessing.categoryIDs {
    case nil: return []
    case .inline(let list): return list
    case .file(let name):
      var list: [Int] = []
      for line in try Self.lines(name, in: home) {
        guard let number = Int(line) else {
          throw .invalidManifest(
            path: Path.join(home.labels, name), key: "", reason: "\"\(line)\" is not a whole number")
        }
        list.append(number)
      }
      return list
    }
  }

  /// The lines of a text file in `Weights/labels/`, without the empty ones at its end.
  private static func lines(_ name: String, in home: WeightsHome) throws(WeightsError) -> [String] {
    let path = Path.join(home.labels, name)
    guard let text = String(validating: try readSmallFile(path), as: UTF8.self) else {
      throw .invalidManifest(path: path, key: "", reason: "is not UTF-8 text")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}

/// The bytes of a file of at most 4 MiB.
private func readSmallFile(_ path: String) throws(WeightsError) -> [UInt8] {
  do {
    let file = try MappedFile(path: path, limit: 4 << 20)
    return withExtendedLifetime(file) { [UInt8](file.bytes) }
  } catch {
    throw .file(error)
  }
}

/// Up to three names that differ little from `name`.
func nearest(to name: String, among names: [String]) -> [String] {
  let limit = max(2, name.count / 3)
  return names.map { (distance: editDistance(name, $0), name: $0) }
    .filter { $0.distance <= limit || $0.name.hasPrefix(name) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(3).map(\.name)
}

/// The fewest insertions, removals and replacements of bytes that turn one text into another.
private func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first.utf8.prefix(64)), second = Array(second.utf8.prefix(64))
  var row = Array(0...second.count)
  for (i, a) in first.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, b) in second.enumerated() {
      let above = row[j + 1]
      row[j + 1] = min(above + 1, row[j] + 1, diagonal + (a == b ? 0 : 1))
      diagonal = above
    }
  }
  return row[second.count]
}
