import Imaging
import Models

/// The segmentation models of the catalog.
public enum SegmentationEntries {
  /// All of them.
  public static let all: [ModelEntry] = []
}
