import Imaging
import Models

/// The style networks of the catalog.
public enum StyleTransferEntries {
  /// All of them.
  public static let all: [ModelEntry] = []
}
