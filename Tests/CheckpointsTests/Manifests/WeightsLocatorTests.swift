import Checkpoints
import Foundation
import Testing

@Suite struct WeightsLocatorTests {
  let file = WeightFile(name: "net.pth", approximateBytes: 7_280_000, urls: ["https://example.org/net.pth"])

  @Test func theCacheFollowsTheEnvironment() {
    func folder(_ variables: [String: String]) -> String? { WeightsLocator.cacheFolder { variables[$0] } }
    #expect(folder(["VISION_CACHE": "/c", "XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/c")
    #expect(folder(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/vision")
    #expect(folder(["XDG_CACHE_HOME": "relative", "HOME": "/h"]) == "/h/.cache/vision")
    #expect(folder(["HOME": "/h"]) == "/h/.cache/vision")
    #expect(folder([:]) == nil)
  }

  @Test func mirrorsAreFoldersOrURLs() {
    #expect(WeightsLocator.Mirror("/srv/weights") == .folder("/srv/weights"))
    #expect(WeightsLocator.Mirror("file:///srv/weights") == .folder("/srv/weights"))
    #expect(WeightsLocator.Mirror("https://m.example/w/") == .url("https://m.example/w/"))
  }

  @Test func looksInOrder() throws {
    let folder = try TemporaryFolder()
    var locator = WeightsLocator(
      home: WeightsHome(path: folder("home")), cache: folder("cache"), mirror: .folder(folder("mirror")))
    let nowhere = locator.search(for: file)
    #expect(nowhere.found == nil)
    #expect(nowhere.sources == [.url("https://example.org/net.pth")])
    #expect(
      nowhere.looked == [folder("home/Weights"), folder("cache"), folder("mirror"), "https://example.org/net.pth"])

    try folder.write("m", to: "mirror/net.pth")
    #expect(
      locator.search(for: file).sources == [.file(folder("mirror/net.pth")), .url("https://example.org/net.pth")])
    locator.isOffline = true
    #expect(locator.search(for: file).sources == [.file(folder("mirror/net.pth"))])
    locator.mirror = .url("https://m.example/w/")
    #expect(locator.search(for: file).sources.isEmpty)
    #expect(locator.search(for: file).looked == [folder("home/Weights"), folder("cache")])
    locator.isOffline = false
    #expect(
      locator.search(for: file).sources
        == [.url("https://m.example/w/net.pth"), .url("https://example.org/net.pth")])

    try folder.write("c", to: "cache/net.pth")
    #expect(locator.search(for: file).found?.path == folder("cache/net.pth"))
    try folder.write("h", to: "home/Weights/net.pth")
    #expect(locator.search(for: file).found?.path == folder("home/Weights/net.pth"))
    #expect(locator.search(for: file).found?.place == .home)
  }

  @Test func theErrorSaysWhatIsMissingAndWhere() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      ManifestTests.text("\"bytes\": 12", by: "\"approximateBytes\": 7280000"), to: "Weights/tiny.json")
    let manifest = try Manifest.load(path: folder("Weights/tiny.json"))
    let locator = WeightsLocator(home: WeightsHome(path: folder.path), cache: folder("cache"), isOffline: true)
    let error = try #require(throws: WeightsError.self) { try locator.path(of: manifest.weights, manifest: manifest) }
    #expect(error.code == "weights.missing" && error.exitCode == .missingInput)
    let cache = folder("cache"), home = folder("Weights")
    #expect(
      error.description == """
        tiny: weights are missing (tiny.weights, 7.3 MB; looked in \(home), \(cache)); run `vision models pull tiny` \
        without --offline, or put https://example.org/tiny.weights into one of these folders
        """)
  }

  @Test(arguments: [
    (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (35_434_956, "35.4 MB"), (999_949, "999.9 kB"),
    (999_950, "1.0 MB"), (792_800_000, "792.8 MB"), (4_294_967_296, "4.3 GB"),
  ])
  func bytesForPeople(bytes: Int, text: String) { #expect(byteText(bytes) == text) }
}
