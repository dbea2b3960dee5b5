import Configuration
import Foundation
import Pipelines

/// Plans and faults of pipelines in texts.
enum Checking {
  /// The faults of a text, a line each; empty where there are none.
  static func faults(_ text: String, _ overrides: [String] = []) -> [String] {
    do {
      _ = try Pipeline.plan(text: text, name: "p.yaml", overrides: overrides)
      return []
    } catch let error as ConfigurationError {
      return error.faults.map(\.description)
    } catch { return ["\(error)"] }
  }

  /// The package's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// The repository's own pictures.
  static func sample(_ name: String) -> String { root + "/SampleImages/" + name }
}

/// A folder of a test's own, removed at its end.
final class Folder {
  let path = NSTemporaryDirectory() + "pipelines-\(UUID().uuidString)"

  init() { try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  subscript(name: String) -> String { path + "/" + name }

  @discardableResult func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: self[name]))
    return self[name]
  }

  func text(_ name: String) throws -> String { try String(contentsOfFile: self[name], encoding: .utf8) }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: self[name])) }
  func names(_ folder: String = ".") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: self[folder])) ?? []).sorted()
  }
}
