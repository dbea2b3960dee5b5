import Models

/// The classifiers of the catalog.
public enum ClassificationEntries {
  /// All of them.
  public static let all: [ModelEntry] = classic + modern
}
