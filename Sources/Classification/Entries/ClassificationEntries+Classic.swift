import Imaging
import Models

extension ClassificationEntries {
  /// From LeNet to DenseNet: plain, residual and densely connected convolutional networks.
  static let classic: [ModelEntry] = []
}
