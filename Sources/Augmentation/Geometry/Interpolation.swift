import Imaging

/// How the pixels of a resized picture are made, by torchvision's names and this toolkit's.
public enum Interpolation: String, Sendable, Hashable, CaseIterable {
  /// The pixel under the new one's corner, as PyTorch's `nearest`.
  case nearest
  /// The pixel under the new one's middle, as Pillow's nearest neighbour.
  case nearestExact = "nearest-exact"
  case box, bilinear, hamming, bicubic, lanczos
  /// Without antialiasing, as OpenCV's `INTER_LINEAR` (and torchvision's `bilinear` with `antialias: false`, to a
  /// level).
  case opencvBilinear = "opencv-bilinear"
  /// Without antialiasing, corners aligned, as darknet.
  case darknetBilinear = "darknet-bilinear"

  /// The filter of `Imaging`; nil for PyTorch's nearest.
  public var filter: ResizeFilter? {
    switch self {
    case .nearest: nil
    case .nearestExact: .nearest
    case .box: .box
    case .bilinear: .bilinear
    case .hamming: .hamming
    case .bicubic: .bicubic
    case .lanczos: .lanczos
    case .opencvBilinear: .opencvBilinear
    case .darknetBilinear: .darknetBilinear
    }
  }
}
