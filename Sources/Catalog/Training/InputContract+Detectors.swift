import Imaging
import Models
import Training

extension InputContract {
  /// How a detector that resizes within itself is fed where it is trained, and used from then on: SSD by pictures stretched to its
  /// square, the others by pictures in their proportions in the upper left of `wanted` (or `known`, the size that it was
  /// trained at before), rounded up to multiples of 32, on the mean colour.
  static func torchvisionTraining(_ entry: ModelEntry, _ known: ImageSize?, wanted: ImageSize?) throws -> InputContract
  {
    if entry.family == "SSD" {
      guard (wanted ?? entry.inputSize) == entry.inputSize else {
        throw TrainingError.setting("\(entry.id) learns from pictures of \(entry.inputSize) only")
      }
      return try InputContract(size: entry.inputSize, fit: .stretch)
    }
    let usual = ImageSize(width: min(entry.inputSize.width, 512), height: min(entry.inputSize.height, 512))
    let size = wanted ?? known ?? usual
    func rounded(_ side: Int) -> Int { (side + 31) / 32 * 32 }
    return try InputContract(
      size: ImageSize(width: rounded(size.width), height: rounded(size.height)), fit: .letterbox(anchor: .topLeft),
      padding: [124, 116, 104])
  }
}
