import FoundationEssentials
import Support

extension Manifest {
  /// Reads the manifest of `id`. Throws `unknown` where there is none, `invalidManifest` where it is not well formed.
  public static func load(id: String, in home: WeightsHome) throws(WeightsError) -> Manifest {
    guard isPlainFileName(id), home.has(id + ".json") else {
      throw .unknown(id: id, nearest: nearestNames(to: id, among: (try? ids(in: home)) ?? []))
    }
    return try read(home.bytes(id + ".json"), path: Path.join(home.weights, id + ".json"))
  }

  /// Reads a manifest file. Its id must be its name.
  public static func load(path: String) throws(WeightsError) -> Manifest { try read(readSmallFile(path), path: path) }

  private static func read(_ text: [UInt8], path: String) throws(WeightsError) -> Manifest {
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
    try home.names().filter { $0.hasSuffix(".json") }.map { Path.stem(of: $0) }
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
    guard let text = String(validating: try home.bytes("labels/" + name), as: UTF8.self) else {
      throw .invalidManifest(path: path, key: "", reason: "is not UTF-8 text")
    }
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    while lines.last == "" { lines.removeLast() }
    return lines
  }
}
