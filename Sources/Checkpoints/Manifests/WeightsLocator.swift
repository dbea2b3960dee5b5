import Support

/// Where weights are looked for, in this order: the path given; `Weights/`; the cache; the mirror; the manifest's URLs.
///
/// Nothing here opens a connection: what is not on this machine comes back as sources that `Downloads` can fetch from.
public struct WeightsLocator: Sendable, Equatable {
  /// Where files are that others may share: a folder, or the URL that names are appended to.
  public enum Mirror: Sendable, Equatable {
    case folder(String)
    case url(String)

    /// Reads `$VISION_MIRROR`: `http(s)://...`, `file:///...` or a folder.
    public init(_ text: String) {
      if text.hasPrefix("https://") || text.hasPrefix("http://") {
        self = .url(text)
      } else if text.hasPrefix("file://") {
        self = .folder(String(text.dropFirst(7)))
      } else {
        self = .folder(text)
      }
    }
  }

  /// Where a file that is here was found.
  public enum Place: String, Sendable, Equatable {
    case given, home, cache
  }

  /// From where a file can be had.
  public enum Source: Sendable, Equatable {
    /// A file of a mirror folder, to be copied.
    case file(String)
    /// A file of a mirror or of the publisher, to be downloaded.
    case url(String)
  }

  /// What a search gave.
  public struct Search: Sendable, Equatable {
    /// The file, where it is on this machine.
    public let found: (path: String, place: Place)?
    /// Where it can be fetched from, best first.
    public let sources: [Source]
    /// Every place looked in, in order.
    public let looked: [String]

    /// Equal in all parts.
    public static func == (a: Search, b: Search) -> Bool {
      a.found?.path == b.found?.path && a.found?.place == b.found?.place && a.sources == b.sources
        && a.looked == b.looked
    }
  }

  /// The folder with `Weights/`; nil where none was found.
  public var home: WeightsHome?
  /// The cache's folder; nil where the environment names none.
  public var cache: String?
  /// The mirror, if any.
  public var mirror: Mirror?
  /// Whether URLs are left out.
  public var isOffline: Bool

  /// A locator over given places.
  public init(home: WeightsHome?, cache: String?, mirror: Mirror? = nil, isOffline: Bool = false) {
    self.home = home
    self.cache = cache
    self.mirror = mirror
    self.isOffline = isOffline
  }

  /// The places that this process's environment names.
  public static func standard(isOffline: Bool = false) -> WeightsLocator {
    let home = try? WeightsHome.find()
    return WeightsLocator(
      home: home, cache: cacheFolder { Environment[$0] }, mirror: Environment["VISION_MIRROR"].map(Mirror.init),
      isOffline: isOffline)
  }

  /// `$VISION_CACHE`, else `$XDG_CACHE_HOME/vision`, else `~/.cache/vision`.
  package static func cacheFolder(_ variable: (String) -> String?) -> String? {
    if let folder = variable("VISION_CACHE") { return folder }
    // The XDG specification: a relative path there is invalid and to be ignored.
    if let folder = variable("XDG_CACHE_HOME"), folder.hasPrefix("/") { return Path.join(folder, "vision") }
    return variable("HOME").map { Path.join($0, ".cache/vision") }
  }

  /// Looks for one file of a manifest.
  public func search(for file: WeightFile) -> Search {
    var looked: [String] = []
    let shipped = home.flatMap { $0.isBuiltIn ? nil : $0.weights }
    let folders = [(shipped, Place.home), (cache, Place.cache)]
    for case (let folder?, let place) in folders {
      let path = Path.join(folder, file.name)
      if fileExists(path) { return Search(found: (path, place), sources: [], looked: looked) }
      looked.append(folder)
    }
    var sources: [Source] = []
    switch mirror {
    case .folder(let folder)?:
      let path = Path.join(folder, file.name)
      if fileExists(path) { sources.append(.file(path)) } else { looked.append(folder) }
    case .url(let base)? where !isOffline:
      sources.append(.url(Path.join(base, file.name)))
      looked.append(base)
    default: break
    }
    if !isOffline {
      sources += file.urls.map(Source.url)
      looked += file.urls
    }
    return Search(found: nil, sources: sources, looked: looked)
  }

  /// The error that tells a user where a file was looked for and how to get it.
  public func missing(_ file: WeightFile, of manifest: Manifest, looked: [String]) -> WeightsError {
    .missing(
      MissingWeights(
        id: manifest.id, file: file.name, bytes: file.bytes ?? file.approximateBytes, looked: looked,
        isOffline: isOffline, urls: file.urls))
  }

  /// The path of a file that is on this machine, its hash checked. Throws `missing` where it would have to be fetched.
  public func path(of file: WeightFile, manifest: Manifest) throws(WeightsError) -> String {
    let search = search(for: file)
    guard let found = search.found else { throw missing(file, of: manifest, looked: search.looked) }
    _ = try Checksum(cache: cache).check(found.path, against: file, place: found.place)
    return found.path
  }
}
