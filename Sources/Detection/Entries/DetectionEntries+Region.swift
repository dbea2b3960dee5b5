import Imaging
import Models

extension DetectionEntries {
  /// Two-stage detectors: the R-CNN family.
  static let region: [ModelEntry] = []
}
