import Checkpoints
import Support

/// All weights that there are manifests of: which are here, what is known of them, fetching and checking them.
///
/// The logic behind `vision models list|show|pull|verify`. Nothing here prints.
public struct WeightsLibrary: Sendable {
  /// Whether weights are on this machine.
  public enum State: Sendable, Equatable {
    /// Every file is here; the path is that of the weights.
    case present(path: String, place: WeightsLocator.Place, bytes: Int)
    /// They would have to be fetched.
    case absent
    /// The manifest is not well formed.
    case invalid(WeightsError)
  }

  /// One manifest and where its weights are.
  public struct Entry: Sendable, Equatable {
    /// The manifest's id.
    public let id: String
    /// The manifest; nil where it is not well formed.
    public let manifest: Manifest?
    /// Whether the weights are here.
    public let state: State
  }

  /// Where weights are looked for.
  public var locator: WeightsLocator
  /// How they are fetched.
  public var downloader: Downloader

  /// A library over a locator.
  public init(locator: WeightsLocator = .standard(), downloader: Downloader = Downloader()) {
    self.locator = locator
    self.downloader = downloader
  }

  /// All entries, sorted by id. A manifest that is not well formed is an entry too.
  public func list() throws(WeightsError) -> [Entry] {
    let home = try requireHome()
    return try Manifest.ids(in: home).map { id in
      do throws(WeightsError) {
        let manifest = try Manifest.load(id: id, in: home)
        return Entry(id: id, manifest: manifest, state: state(of: manifest))
      } catch {
        return Entry(id: id, manifest: nil, state: .invalid(error))
      }
    }
  }

  /// The manifest of an id.
  public func manifest(_ id: String) throws(WeightsError) -> Manifest {
    try Manifest.load(id: id, in: try requireHome())
  }

  /// Whether the weights of a manifest are on this machine. Hashes are not computed.
  public func state(of manifest: Manifest) -> State {
    var weights: (path: String, place: WeightsLocator.Place)?
    for file in manifest.files {
      guard let found = locator.search(for: file).found else { return .absent }
      if file == manifest.weights { weights = found }
    }
    guard let weights, let status = fileStatus(weights.path) else { return .absent }
    return .present(path: weights.path, place: weights.place, bytes: status.bytes)
  }

  /// The folder with the manifests. Throws `noHome` with every place looked in.
  private func requireHome() throws(WeightsError) -> WeightsHome {
    guard let home = locator.home else { return try WeightsHome.find() }
    return home
  }
}
