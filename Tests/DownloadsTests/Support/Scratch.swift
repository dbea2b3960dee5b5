import Checkpoints
import Downloads
import Foundation
import Synchronization

/// A cache of its own for one test, and what a pull into it needs.
final class Scratch: Sendable {
  let path: String
  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("vision-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
    // A proxy of this machine must not see requests to 127.0.0.1.
    setenv("no_proxy", "127.0.0.1", 1)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  var cache: String { path + "/cache" }
  /// Names in the cache, sorted.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: cache)) ?? []).sorted() }
  func bytes(_ name: String) -> [UInt8]? { FileManager.default.contents(atPath: cache + "/" + name).map { Array($0) } }
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// A downloader that does not dawdle.
  static var downloader: Downloader {
    var settings = Downloader.Settings()
    settings.backoffMilliseconds = 1
    settings.stallTimeout = 1
    settings.connectTimeout = 2
    settings.attempts = 3
    return Downloader(settings: settings)
  }

  /// Fetches `net` from URLs.
  @discardableResult func fetch(
    _ file: WeightFile, _ urls: [String], progress: @escaping Downloader.ProgressHandler = { _ in true }
  ) throws -> Checksum.Verdict {
    try Self.downloader.fetch(file, from: urls.map { .url($0) }, into: cache, progress: progress).verdict
  }
}

/// 300,000 bytes that no compression or repetition hides a fault in.
let content: [UInt8] = {
  var state: UInt32 = 1
  return (0..<300_000).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return UInt8(truncatingIfNeeded: state >> 24)
  }
}()

/// SHA-256 of bytes.
func sha256(_ bytes: [UInt8]) -> String {
  var digest = FileDigest()
  bytes.withUnsafeBytes { digest.update($0) }
  return digest.hexadecimal()
}

/// The weights of the tests: `content` under the name `net`.
func weights(bytes: Int? = nil, sha256 hash: String? = sha256(content)) -> WeightFile {
  WeightFile(name: "net", bytes: bytes, approximateBytes: content.count, sha256: hash)
}

/// Counts from several threads.
final class Count: Sendable {
  private let value = Mutex(0)
  /// The next number, from 0.
  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0 - 1
    }
  }
}
