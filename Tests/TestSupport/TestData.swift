import Foundation

/// The folder of real photos, weights and data sets that some tests want; without it they are skipped.
package enum TestData {
  /// The folder that `VISION_TEST_DATA` names, if it exists.
  package static let folder: String? = {
    guard let path = ProcessInfo.processInfo.environment["VISION_TEST_DATA"],
      FileManager.default.fileExists(atPath: path)
    else {
      return nil
    }
    return path
  }()
}
