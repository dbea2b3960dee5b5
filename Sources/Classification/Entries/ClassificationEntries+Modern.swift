import Imaging
import Models

extension ClassificationEntries {
  /// Mobile and scaled networks, ConvNeXt, and the transformers.
  static let modern: [ModelEntry] = []
}
