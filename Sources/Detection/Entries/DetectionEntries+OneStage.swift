import Imaging
import Models

extension DetectionEntries {
  /// One-stage detectors over anchors or points: SSD, RetinaNet, FCOS.
  static let oneStage: [ModelEntry] = []
}
