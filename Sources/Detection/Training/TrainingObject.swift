import Imaging

/// An object as a detector learns it: in pixels of the network's input.
package struct TrainingObject: Sendable, Equatable {
  /// Inside the input, not empty.
  package var box: Box
  /// Zero-based class.
  package var label: Int
  /// Its pixels, of the input's size, where they are known and wanted.
  package var mask: Mask?

  package init(box: Box, label: Int, mask: Mask? = nil) {
    self.box = box
    self.label = label
    self.mask = mask
  }
}
